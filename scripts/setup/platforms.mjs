/**
 * The versions of the native parts and their names on each platform.
 *
 * The library is taken out of one fixed wheel of PyPI, whatever Python the machine has, so that its
 * hash is known; the hashes are those of PyPI's index. The archives are the ones that tfjs-node's own
 * install script downloads; nobody publishes hashes of them.
 */

/** @typedef {object} Platform
 * @property {boolean} proven Whether the set-up has been run on the platform.
 * @property {{ project: string, version: string, tag: string, sha256: string, size: number }} [wheel]
 * @property {{ path: string, version: string }} [archive] The path below the storage host's address.
 * @property {string} zig ziglang's name for the platform, with the oldest C library it may meet.
 * @property {string[]} link The linker's flags: find the library from the binding's own place.
 */

const archiveHost = "https://storage.googleapis.com/";
const elf = ["-Wl,-rpath,$ORIGIN/../../deps/lib"];
const machO = ["-Wl,-rpath,@loader_path/../../deps/lib", "-undefined", "dynamic_lookup"];

/** @type {Record<string, Platform>} Keys are `process.platform`-`process.arch`. */
const platforms = {
  "linux-x64": {
    proven: true,
    wheel: {
      project: "tensorflow-cpu",
      version: "2.21.0",
      tag: "manylinux_2_27_x86_64",
      sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
      size: 273_829_956,
    },
    archive: {
      path: "tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz",
      version: "2.9.1",
    },
    zig: "x86_64-linux-gnu.2.27",
    link: elf,
  },
  "linux-arm64": {
    proven: false,
    wheel: {
      project: "tensorflow",
      version: "2.21.0",
      tag: "manylinux_2_27_aarch64",
      sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
      size: 280_000_000,
    },
    archive: { path: "tf-builds/libtensorflow_r2_7_linux_arm64.tar.gz", version: "2.7" },
    zig: "aarch64-linux-gnu.2.27",
    link: elf,
  },
  "darwin-arm64": {
    proven: false,
    wheel: {
      project: "tensorflow",
      version: "2.21.0",
      tag: "macosx_12_0_arm64",
      sha256: "51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88",
      size: 230_000_000,
    },
    archive: { path: "tf-builds/libtensorflow_r2_7_darwin_arm64_cpu.tar.gz", version: "2.7" },
    zig: "aarch64-macos",
    link: machO,
  },
  // PyPI has had no wheel for Intel Macs since TensorFlow 2.17.
  "darwin-x64": {
    proven: false,
    archive: {
      path: "tensorflow/libtensorflow/libtensorflow-cpu-darwin-x86_64-2.9.1.tar.gz",
      version: "2.9.1",
    },
    zig: "x86_64-macos",
    link: machO,
  },
};

/** @returns {Platform | undefined} */
export function currentPlatform() {
  return platforms[platformName()];
}

export function platformName() {
  return `${process.platform}-${process.arch}`;
}

/**
 * The address of an official archive; the variable is tfjs-node's own, for mirrors.
 *
 * @param {{ path: string }} archive
 */
export function archiveAddress({ path }) {
  return `${process.env.TFJS_NODE_CDN_STORAGE ?? archiveHost}${path}`;
}

/** The compiler for machines without a C++ compiler. */
export const ziglang = { version: "0.17.0" };
