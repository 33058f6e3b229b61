// Threads of our own: TensorFlow's aren't reachable through its C API.
#pragma once

#include <cstdint>
#include <functional>

namespace qatlab {

// Calls `run` for each task from 0 to `tasks` − 1, in several threads if there are many values and the threads
// are free, else in the caller's. Tasks may run in any order, so that a result must not depend on it.
void forEachTask(int64_t tasks, int64_t values, const std::function<void(int64_t)>& run);

// How many threads work at most, the caller's included.
int threads();
void setThreads(int count);

}  // namespace qatlab
