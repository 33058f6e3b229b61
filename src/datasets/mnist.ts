import { checkOptions } from "../arguments/index.js";
import type { Dataset } from "./dataset.js";
import { loadMnistFiles, type MnistFiles, type MnistOptions, mnistOptions } from "./mnistFiles.js";

const files: MnistFiles = {
  publisher: {
    folder: "mnist",
    // The authors' page, which no longer has the files at all times, then PyTorch's and the Common
    // Visual Data Foundation's copies of them.
    addresses: [
      "https://yann.lecun.com/exdb/mnist/",
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
  },
  provenance: {
    name: "MNIST",
    source: "Y. LeCun, C. Cortes and C. J. C. Burges, http://yann.lecun.com/exdb/mnist/",
    licence: "CC BY-SA 3.0",
  },
  train: [
    {
      name: "train-images-idx3-ubyte.gz",
      md5: "f68b3c2dcbeaaa9fbdd348bbdeb94873",
      content: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    {
      name: "train-labels-idx1-ubyte.gz",
      md5: "d53e105ee54ea40749a09fcbcd1e9432",
      content: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
  ],
  test: [
    {
      name: "t10k-images-idx3-ubyte.gz",
      md5: "9fb629c4189551a2d022fa330f9573f3",
      content: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    {
      name: "t10k-labels-idx1-ubyte.gz",
      md5: "ec29112dd5afa0611ce80d1b7f02629c",
      content: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  ],
};

/**
 * MNIST: handwritten digits of 28 × 28 pixels, 60,000 to train and 10,000 to test. 11.6 MB are
 * downloaded at the first call, checked and kept in qatlab's cache; a download that was stopped is
 * continued. LeCun et al. 1998, "Gradient-based learning applied to document recognition".
 *
 * Node's `fetch` doesn't go through a proxy by itself: behind one, fetch the files by other means and
 * name their folder as `mirror`. Where a mirror has the test files only, these are split into 8,000 to
 * train and 2,000 to test; the provenance says so.
 *
 * @returns two data sets with xs of shape `[size, 28, 28, 1]` from 0 to 1
 * @throws Error, with a remedy, if a file is corrupt or can't be downloaded; RangeError if a size is larger
 *   than the data set
 * @example
 * const { train, test } = await q.datasets.mnist({ trainSize: 8000, testSize: 2000 });
 * train.xs.shape; // [ 8000, 28, 28, 1 ]
 */
export async function mnist(
  options: MnistOptions = {},
): Promise<{ train: Dataset; test: Dataset }> {
  checkOptions("q.datasets.mnist", options, mnistOptions);
  return loadMnistFiles(files, options);
}
