// The inner loops of recurrent layers. recurrentLoops.cc is compiled once for each set of instructions, as loops.cc;
// all sets make the same bits.
#pragma once

#include <stdint.h>

namespace qatlab {

// c [m, n] = a · b, or c + a · b. A value of a lies at i · aRow + l · aStep.
struct Product {
  int64_t m, n, k;
  const float* a;
  int64_t aRow, aStep;
  const float* b;
  int64_t bRow;
  float* c;
  int64_t cRow;
  bool add;
};

struct RecurrentLoops {
  // Adds the terms of each value one after the other, in the order of k.
  void (*product)(const Product& product);
  // An LSTM's cell: from the gates input, forget, cell, output, `units` of each, the cell state c and the output h.
  // The loop writes a gate's activation in the gate's place; for a hard sigmoid it writes the value before clipping.
  void (*lstm)(float* gates, const float* before, float* c, float* h, int64_t units, bool hard);
  // The gradients for an LSTM's gates, and for its cell state before: `dc` is that for the state after, and becomes it.
  void (*lstmGradient)(const float* gates, const float* before, const float* c, const float* dh, float* dc,
                       float* dgates, int64_t units, bool hard);
  // A GRU's gates update and reset, and `reset`, the output before times the reset gate.
  void (*gruGates)(float* gates, const float* before, float* reset, int64_t units, bool hard);
  // A GRU's output h, from the update gate and the candidate, which is replaced by its activation.
  void (*gru)(float* gates, const float* before, float* h, int64_t units, bool hard);
  // The gradients for a GRU's update gate and candidate, and the part of that for the output before that goes past
  // the gates: `dh` is that for the output after, and becomes it.
  void (*gruGradient)(const float* gates, const float* before, float* dh, float* dgates, int64_t units, bool hard);
  // The loop makes the reset gate's gradient of the one for `reset`, adds the rest of that to `dh`, and writes `reset` anew.
  void (*resetGradient)(const float* gates, const float* before, const float* dreset, float* reset, float* dh,
                        float* dgates, int64_t units, bool hard);
};

extern const RecurrentLoops kBaselineRecurrent;
#if defined(__x86_64__)
extern const RecurrentLoops kAvx2Recurrent;
extern const RecurrentLoops kAvx512Recurrent;
#endif

}  // namespace qatlab
