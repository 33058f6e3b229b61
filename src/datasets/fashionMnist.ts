import { checkOptions } from "../arguments/index.js";
import type { Dataset } from "./dataset.js";
import { loadMnistFiles, type MnistFiles, type MnistOptions, mnistOptions } from "./mnistFiles.js";

const files: MnistFiles = {
  publisher: {
    folder: "fashion-mnist",
    addresses: [
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ],
  },
  provenance: {
    name: "Fashion-MNIST",
    source:
      "H. Xiao, K. Rasul and R. Vollgraf, Zalando Research, https://github.com/zalandoresearch/fashion-mnist",
    licence: "MIT",
  },
  labels: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  train: [
    { name: "train-images-idx3-ubyte.gz", md5: "8d4fb7e6c68d591d4c3dfef9ec88bf0d" },
    { name: "train-labels-idx1-ubyte.gz", md5: "25c81989df183df01b3e8a0aad5dffbe" },
  ],
  test: [
    { name: "t10k-images-idx3-ubyte.gz", md5: "bef4ecab320f06d8554ea6380940ec79" },
    { name: "t10k-labels-idx1-ubyte.gz", md5: "bb300cfdad3c16e7a12a480ee83cd310" },
  ],
};

/**
 * Fashion-MNIST: articles of clothing in 28 × 28 pixels, 60,000 to train and 10,000 to test, ten
 * classes, in MNIST's format; harder than its digits. 30.9 MB are downloaded at the first call. Xiao et
 * al. 2017, arXiv:1708.07747.
 *
 * @returns two data sets with xs of shape `[size, 28, 28, 1]` from 0 to 1, and `labels`
 * @throws as {@link mnist}
 * @example
 * const { train } = await q.datasets.fashionMnist({ trainSize: 1000 });
 * train.labels![9]; // "Ankle boot"
 */
export async function fashionMnist(
  options: MnistOptions = {},
): Promise<{ train: Dataset; test: Dataset }> {
  checkOptions("q.datasets.fashionMnist", options, mnistOptions);
  return loadMnistFiles(files, options);
}
