/** The paper of an estimator, in the parts of a BibTeX entry. */
interface Paper {
  /** The entry's type and key. */
  entry: readonly [type: "article" | "inproceedings" | "misc", key: string];
  author: string;
  title: string;
  /** The journal or the proceedings; papers of type `misc` are on arXiv alone. */
  venue?: string;
  year: number;
  arxiv: string;
}

/** The papers of the library's estimators, by the estimator's name. */
const papers: Readonly<Record<string, Paper>> = {
  clippedSte: {
    entry: ["inproceedings", "jacob2018quantization"],
    author:
      "Jacob, Benoit and Kligys, Skirmantas and Chen, Bo and Zhu, Menglong and Tang, Matthew and Howard, Andrew and Adam, Hartwig and Kalenichenko, Dmitry",
    title:
      "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference",
    venue: "IEEE Conference on Computer Vision and Pattern Recognition (CVPR)",
    year: 2018,
    arxiv: "1712.05877",
  },
  ste: {
    entry: ["misc", "bengio2013estimating"],
    author: "Bengio, Yoshua and L{\\'e}onard, Nicholas and Courville, Aaron",
    title:
      "Estimating or Propagating Gradients Through Stochastic Neurons for Conditional Computation",
    year: 2013,
    arxiv: "1308.3432",
  },
  lsq: {
    entry: ["inproceedings", "esser2020learned"],
    author:
      "Esser, Steven K. and McKinstry, Jeffrey L. and Bablani, Deepika and Appuswamy, Rathinakumar and Modha, Dharmendra S.",
    title: "Learned Step Size Quantization",
    venue: "International Conference on Learning Representations (ICLR)",
    year: 2020,
    arxiv: "1902.08153",
  },
  lsqPlus: {
    entry: ["inproceedings", "bhalgat2020lsqplus"],
    author:
      "Bhalgat, Yash and Lee, Jinwon and Nagel, Markus and Blankevoort, Tijmen and Kwak, Nojun",
    title:
      "{LSQ+}: Improving Low-Bit Quantization Through Learnable Offsets and Better Initialization",
    venue: "IEEE/CVF Conference on Computer Vision and Pattern Recognition Workshops",
    year: 2020,
    arxiv: "2004.09576",
  },
  pact: {
    entry: ["misc", "choi2018pact"],
    author:
      "Choi, Jungwook and Wang, Zhuo and Venkataramani, Swagath and Chuang, Pierce I-Jen and Srinivasan, Vijayalakshmi and Gopalakrishnan, Kailash",
    title: "{PACT}: Parameterized Clipping Activation for Quantized Neural Networks",
    year: 2018,
    arxiv: "1805.06085",
  },
  tqt: {
    entry: ["inproceedings", "jain2020trained"],
    author: "Jain, Sambhav R. and Gural, Albert and Wu, Michael and Dick, Chris H.",
    title:
      "Trained Quantization Thresholds for Accurate and Efficient Fixed-Point Inference of Deep Neural Networks",
    venue: "Conference on Machine Learning and Systems (MLSys)",
    year: 2020,
    arxiv: "1903.08066",
  },
  dorefa: {
    entry: ["misc", "zhou2016dorefa"],
    author:
      "Zhou, Shuchang and Wu, Yuxin and Ni, Zekun and Zhou, Xinyu and Wen, He and Zou, Yuheng",
    title:
      "{DoReFa-Net}: Training Low Bitwidth Convolutional Neural Networks with Low Bitwidth Gradients",
    year: 2016,
    arxiv: "1606.06160",
  },
  ewgs: {
    entry: ["inproceedings", "lee2021network"],
    author: "Lee, Junghyup and Kim, Dohyung and Ham, Bumsub",
    title: "Network Quantization with Element-wise Gradient Scaling",
    venue: "IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)",
    year: 2021,
    arxiv: "2104.00903",
  },
  dsq: {
    entry: ["inproceedings", "gong2019differentiable"],
    author:
      "Gong, Ruihao and Liu, Xianglong and Jiang, Shenghu and Li, Tianxiang and Hu, Peng and Lin, Jiazhen and Yu, Fengwei and Yan, Junjie",
    title: "Differentiable Soft Quantization: Bridging Full-Precision and Low-Bit Neural Networks",
    venue: "IEEE/CVF International Conference on Computer Vision (ICCV)",
    year: 2019,
    arxiv: "1908.05033",
  },
  stochastic: {
    entry: ["inproceedings", "gupta2015deep"],
    author: "Gupta, Suyog and Agrawal, Ankur and Gopalakrishnan, Kailash and Narayanan, Pritish",
    title: "Deep Learning with Limited Numerical Precision",
    venue: "International Conference on Machine Learning (ICML)",
    year: 2015,
    arxiv: "1502.02551",
  },
  noise: {
    entry: ["article", "defossez2022differentiable"],
    author: "D{\\'e}fossez, Alexandre and Adi, Yossi and Synnaeve, Gabriel",
    title: "Differentiable Model Compression via Pseudo Quantization Noise",
    venue: "Transactions on Machine Learning Research",
    year: 2022,
    arxiv: "2104.09987",
  },
};

/**
 * @internal
 * The paper of an estimator as a BibTeX entry; a comment with its source, if the library knows no paper.
 *
 * @param name e.g. `"lsq"`, or `"dsq(0.1)"`
 */
export function citation({ name, source }: { name: string; source: string }): string {
  const base = name.replace(/\(.*\)$/, "");
  if (!Object.hasOwn(papers, base))
    return `% ${name} has no paper of its own: ${source || "no source"}`;
  const { entry, author, title, venue, year, arxiv } = papers[base]!;
  const [type, key] = entry;
  const fields = [
    ["author", author],
    ["title", title],
    ...(venue ? [[type === "article" ? "journal" : "booktitle", venue]] : []),
    ["year", String(year)],
    ["eprint", arxiv],
    ["archiveprefix", "arXiv"],
  ];
  return `@${type}{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}},\n`).join("")}}`;
}
