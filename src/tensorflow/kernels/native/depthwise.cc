// Depthwise convolutions of images [n, height, width, channels] with bias and ReLU, and their gradients, each in one pass
// over memory: every channel has a window of its own.
#include <algorithm>
#include <limits>
#include <vector>

#include "convolutionImages.h"
#include "depthwiseLoops.h"
#include "kernels.h"
#include "pool.h"

namespace qatlab {
namespace {

using namespace convolution;

// About how many values a run has.
constexpr int64_t kRun = 256;

// Runs of pixels side by side, whose weights stand as often in a row as a run has pixels.
struct Runs {
  Runs(const float* values, int64_t places, int64_t channels, int64_t most)
      : pixels(std::max<int64_t>(1, std::min(most, kRun / channels))), width(pixels * channels), channels(channels) {
    all.resize(places * width);
    for (int64_t place = 0; values && place < places; place++) {
      for (int64_t i = 0; i < width; i++) all[place * width + i] = values[place * channels + i % channels];
    }
  }

  // Calls `run` with the first pixel of each run, and the number of its values.
  template <typename Run>
  void each(int64_t count, const Run& run) const {
    for (int64_t from = 0; from < count; from += pixels) run(from, std::min(pixels, count - from) * channels);
  }

  int64_t pixels, width, channels;
  std::vector<float> all;
};

// Windows that don't lie side by side make runs of one pixel.
int64_t longest(const Settings& a, int64_t width) { return a.stride == 1 ? width : 1; }

struct Forward {
  const float *x, *filter, *bias;
  float* y;
};

void forward(const Settings& a, const Sizes& s, const Forward& f) {
  const int64_t c = s.inputs, row = s.fullWidth * c, out = s.outWidth * c;
  const Runs weights(f.filter, s.rows * s.columns, c, longest(a, s.outWidth)), biases(f.bias, 1, c, weights.pixels);
  const Taps taps = {s.rows, s.columns, row, c};
  // A task has a few images, so that their borders are made once.
  const int64_t few = std::max<int64_t>(1, std::min<int64_t>(4, s.images / 16)), tasks = (s.images + few - 1) / few;
  forEachTask(tasks, s.images * s.outHeight * out * s.rows * s.columns / 8, [&](int64_t task) {
    Bordered bordered(s, 1);
    for (int64_t image = task * few; image < std::min(s.images, (task + 1) * few); image++) {
      const float* from = bordered.of(f.x + image * s.image(), 1);
      float* y = f.y + image * s.outHeight * out;
      for (int64_t i = 0; i < s.outHeight; i++, from += a.stride * row, y += out) {
        weights.each(s.outWidth, [&](int64_t j, int64_t n) {
          depthwiseLoops().forward(taps, from + j * a.stride * c, weights.all.data(), weights.width, biases.all.data(), a.low,
                                   a.high, y + j * c, n);
        });
      }
    }
  });
}

// The gradients of one image.
class ImageGradients {
 public:
  ImageGradients(const Settings& a, const Sizes& s, const float* filter)
      : a_(a),
        s_(s),
        c_(s.inputs),
        gathers_(a.inputGradient && a.stride == 1),
        top_(gathers_ ? s.rows - 1 - s.top : 0),
        left_(gathers_ ? s.columns - 1 - s.left : 0),
        height_(gathers_ ? s.height + s.rows - 1 : s.outHeight),
        width_(gathers_ ? s.width + s.columns - 1 : s.outWidth),
        back_(backOf(filter), s.rows * s.columns, c_, longest(a, s.width)),
        none_(back_.width) {}

  int64_t values() const { return height_ * width_ * c_; }
  // The size of an image with its borders, if gradients are spread over it.
  int64_t full() const { return a_.inputGradient && !gathers_ && s_.hasBorders() ? s_.full() : 0; }

  // Lets pass what the activation lets pass, and adds it to the channels' sums.
  void fill(const float* dy, const float* y, float* values, float* sums) const {
    const int64_t out = s_.outWidth * c_;
    float* to = start(values);
    for (int64_t i = 0; i < s_.outHeight; i++, to += width_ * c_) {
      convolutionLoops().pass(dy + i * out, y ? y + i * out : nullptr, a_.most(), to, s_.outWidth, c_, sums);
    }
  }

  void weights(const Runs& runs, const float* x, float* values, float* sums) const {
    const int64_t row = s_.fullWidth * c_;
    runs.each(s_.outWidth, [&](int64_t j, int64_t n) {
      depthwiseLoops().weights({s_.rows, s_.columns, row, c_}, x + j * a_.stride * c_, a_.stride * row, start(values) + j * c_,
                               width_ * c_, s_.outHeight, sums, runs.width, n);
    });
  }

  void images(float* values, float* full, float* dx) const {
    if (gathers_) gather(values, dx);
    else spread(values, full, dx);
  }

 private:
  float* start(float* values) const { return values + (top_ * width_ + left_) * c_; }

  // The weights turned around, where gradients are gathered.
  const float* backOf(const float* filter) {
    const int64_t places = s_.rows * s_.columns;
    if (!gathers_) return filter;
    turned_.resize(places * c_);
    for (int64_t place = 0; place < places; place++) std::copy_n(filter + (places - 1 - place) * c_, c_, turned_.data() + place * c_);
    return turned_.data();
  }

  void gather(const float* values, float* dx) const {
    const float unbounded = std::numeric_limits<float>::infinity();
    const Taps taps = {s_.rows, s_.columns, width_ * c_, c_};
    for (int64_t i = 0; i < s_.height; i++) {
      back_.each(s_.width, [&](int64_t j, int64_t n) {
        depthwiseLoops().forward(taps, values + (i * width_ + j) * c_, back_.all.data(), back_.width, none_.data(), -unbounded,
                                 unbounded, dx + (i * s_.width + j) * c_, n);
      });
    }
  }

  void spread(const float* values, float* full, float* dx) const {
    const int64_t row = s_.fullWidth * c_, line = s_.width * c_;
    float* const to = s_.hasBorders() ? full : dx;
    std::fill(to, to + s_.full(), 0.0f);
    for (int64_t i = 0; i < s_.outHeight; i++) {
      for (int64_t j = 0; j < s_.outWidth; j++) {
        depthwiseLoops().spread({s_.rows, s_.columns, row, c_}, values + (i * width_ + j) * c_, back_.all.data(), back_.width,
                                to + i * a_.stride * row + j * a_.stride * c_, c_);
      }
    }
    if (!s_.hasBorders()) return;
    for (int64_t i = 0; i < s_.height; i++) std::copy_n(to + (i + s_.top) * row + s_.left * c_, line, dx + i * line);
  }

  const Settings& a_;
  const Sizes& s_;
  const int64_t c_;
  const bool gathers_;
  const int64_t top_, left_, height_, width_;
  std::vector<float> turned_;
  const Runs back_;
  const std::vector<float> none_;
};

void gradientsOf(const Settings& a, const Sizes& s, const Backward& b) {
  const int64_t c = s.inputs, places = s.rows * s.columns, out = s.outHeight * s.outWidth * c;
  const ImageGradients gradients(a, s, b.filter);
  const Runs runs(nullptr, 0, c, longest(a, s.outWidth));
  // The images' sums are added in blocks that don't depend on the number of threads, and the blocks in their order.
  const int64_t block = std::max<int64_t>(1, std::min<int64_t>(16, s.images / 8)), tasks = (s.images + block - 1) / block;
  const int64_t size = places * runs.width + c;
  std::vector<float> sums(tasks * size, 0.0f);
  forEachTask(tasks, 3 * s.images * out * places / 8, [&](int64_t task) {
    float* const own = sums.data() + task * size;
    Bordered bordered(s, 1);
    std::vector<float> values(gradients.values(), 0.0f), full(gradients.full(), 0.0f);
    for (int64_t image = task * block; image < std::min(s.images, (task + 1) * block); image++) {
      gradients.fill(b.dy + image * out, b.y ? b.y + image * out : nullptr, values.data(), own + places * runs.width);
      gradients.weights(runs, bordered.of(b.x + image * s.image(), 1), values.data(), own);
      if (a.inputGradient) gradients.images(values.data(), full.data(), b.dx + image * s.image());
    }
  });
  const auto total = [&](int64_t at, int64_t pixels) {
    double sum = 0;
    for (int64_t task = 0; task < tasks; task++) {
      for (int64_t i = 0; i < pixels; i++) sum += sums[task * size + at + i * c];
    }
    return (float)sum;
  };
  for (int64_t i = 0; i < places * c; i++) b.weights[i] = total(i / c * runs.width + i % c, runs.pixels);
  for (int64_t i = 0; i < c; i++) b.biases[i] = total(places * runs.width + i, 1);
}

bool invalid(const Status& status, const char* message) {
  TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, message);
  return false;
}

// The lengths, for a filter of [height, width, channels, 1].
bool depthwiseSizes(const Tensor& x, const Tensor& filter, const Settings& a, Sizes& s, const Status& status) {
  if (failed(status) || !sizesOf(x, filter, a, s, status)) return false;
  if (s.outputs != 1) return invalid(status, "a depthwise convolution's filter has one output for each channel");
  s.outputs = s.inputs;
  return true;
}

void forwardOf(void* kernel, TF_OpKernelContext* context) {
  const Settings& a = *static_cast<Settings*>(kernel);
  Status status = newStatus();
  const Tensor x = input(context, 0, status), filter = input(context, 1, status), bias = input(context, 2, status);
  Sizes s;
  if (depthwiseSizes(x, filter, a, s, status)) {
    const int64_t biases = TF_TensorElementCount(bias.get()), shape[] = {s.images, s.outHeight, s.outWidth, s.outputs};
    if (biases != 0 && biases != s.inputs) invalid(status, "a depthwise convolution needs a bias for each channel, or none");
    const Tensor y = output(context, 0, shape, 4, status);
    if (!failed(status) && TF_TensorElementCount(y.get()) > 0) forward(a, s, {floats(x), floats(filter), biases ? floats(bias) : nullptr, floats(y)});
  }
  if (failed(status)) TF_OpKernelContext_Failure(context, status.get());
}

void backwardOf(void* kernel, TF_OpKernelContext* context) {
  const Settings& a = *static_cast<Settings*>(kernel);
  Status status = newStatus();
  const Tensor dy = input(context, 0, status), x = input(context, 1, status), filter = input(context, 2, status);
  const Tensor y = input(context, 3, status);
  Sizes s;
  if (depthwiseSizes(x, filter, a, s, status)) {
    // The lengths of no images may be such that no number holds their product.
    const int64_t count = s.images == 0 ? 0 : s.images * s.outHeight * s.outWidth * s.outputs, empty[] = {0};
    const bool gated = a.low == 0, fits = TF_TensorElementCount(dy.get()) == count && (!gated || TF_TensorElementCount(y.get()) == count);
    if (!fits) invalid(status, "the gradient doesn't have the shape of the values that it is for");
    const Tensor dx = a.inputGradient ? outputLike(context, 0, x, status) : output(context, 0, empty, 1, status);
    const Tensor weights = outputLike(context, 1, filter, status), biases = output(context, 2, &s.outputs, 1, status);
    if (!failed(status) && s.images == 0) {
      std::fill_n(floats(weights), TF_TensorElementCount(weights.get()), 0.0f);
      std::fill_n(floats(biases), s.outputs, 0.0f);
    } else if (!failed(status) && s.inputs > 0) {
      gradientsOf(a, s, {floats(dy), floats(x), floats(filter), gated ? floats(y) : nullptr, nullptr,
                      a.inputGradient ? floats(dx) : nullptr, floats(weights), floats(biases)});
    }
  }
  if (failed(status)) TF_OpKernelContext_Failure(context, status.get());
}

template <bool gradient>
void* create(TF_OpKernelConstruction* construction) {
  Status status = newStatus();
  auto* a = new Settings();
  TF_OpKernelConstruction_GetAttrBool(construction, "same", &a->same, status.get());
  if (gradient && !failed(status)) TF_OpKernelConstruction_GetAttrBool(construction, "input_gradient", &a->inputGradient, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrInt32(construction, "stride", &a->stride, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrFloat(construction, "low", &a->low, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrFloat(construction, "high", &a->high, status.get());
  if (!failed(status) && a->stride < 1) invalid(status, "a convolution's stride is 1 at least");
  if (failed(status)) TF_OpKernelConstruction_Failure(construction, status.get());
  return a;
}

void destroy(void* kernel) { delete static_cast<Settings*>(kernel); }

}  // namespace

void addDepthwise(const Status& status) {
  const auto shapes = TF_ShapeInferenceContextSetUnknownShape;
  const std::vector<const char*> attributes = {"same: bool", "stride: int", "low: float", "high: float"};
  std::vector<const char*> more = attributes;
  more.push_back("input_gradient: bool");
  addOp({"QatlabDepthwise", attributes, {"x: float", "filter: float", "bias: float"}, {"y: float"}, shapes, create<false>,
         guarded<forwardOf>, destroy},
        status);
  addOp({"QatlabDepthwiseGradient", more, {"dy: float", "x: float", "filter: float", "y: float"},
         {"dx: float", "weights: float", "biases: float"}, shapes, create<true>, guarded<backwardOf>, destroy},
        status);
}

}  // namespace qatlab
