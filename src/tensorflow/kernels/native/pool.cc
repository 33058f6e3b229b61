#include "pool.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace qatlab {
namespace {

// Waking another thread takes as long as this many values.
constexpr int64_t kFewValues = 1 << 16;

// TensorFlow's threads take subnormal numbers for 0; so do ours, while a task runs.
class FlushSubnormals {
 public:
#if defined(__x86_64__)
  FlushSubnormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
  ~FlushSubnormals() { _mm_setcsr(before_); }

 private:
  unsigned before_;
#elif defined(__aarch64__)
  FlushSubnormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" ::"r"(before_ | (1ull << 24)));
  }
  ~FlushSubnormals() { asm volatile("msr fpcr, %0" ::"r"(before_)); }

 private:
  uint64_t before_;
#endif
};

int available() {
  const char* wanted = std::getenv("TF_NUM_INTRAOP_THREADS");
  int count = wanted ? std::atoi(wanted) : 0;
  if (count <= 0) count = (int)std::thread::hardware_concurrency();
  return count < 1 ? 1 : count > 64 ? 64 : count;
}

class Pool {
 public:
  std::atomic<int> limit{available()};

  // Returns false if the threads work for another op.
  bool run(int64_t tasks, const std::function<void(int64_t)>& run) {
    std::unique_lock<std::mutex> turn(turn_, std::try_to_lock);
    if (!turn) return false;
    const int64_t helpers = limit - 1 < tasks - 1 ? limit - 1 : tasks - 1;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      while ((int64_t)workers_.size() < helpers) start();
      run_ = &run;
      tasks_ = tasks;
      next_ = 0;
      wanted_ = helpers;
      working_ = 0;
      round_++;
    }
    wake_.notify_all();
    work(run, tasks);
    std::unique_lock<std::mutex> lock(mutex_);
    // A helper that hasn't begun needn't: all tasks are taken.
    wanted_ = 0;
    done_.wait(lock, [this] { return working_ == 0; });
    run_ = nullptr;
    const std::exception_ptr fault = std::exchange(fault_, nullptr);
    lock.unlock();
    if (fault) std::rethrow_exception(fault);
    return true;
  }

 private:
  void start() {
    workers_.emplace_back([this] {
      uint64_t seen = 0;
      std::unique_lock<std::mutex> lock(mutex_);
      for (;;) {
        wake_.wait(lock, [&] { return round_ != seen && wanted_ > 0; });
        seen = round_;
        wanted_--;
        working_++;
        const auto* run = run_;
        const int64_t tasks = tasks_;
        lock.unlock();
        work(*run, tasks);
        lock.lock();
        if (--working_ == 0) done_.notify_one();
      }
    });
    workers_.back().detach();
  }

  void work(const std::function<void(int64_t)>& run, int64_t tasks) {
    FlushSubnormals flush;
    try {
      for (int64_t task; (task = next_.fetch_add(1)) < tasks;) run(task);
    } catch (...) {
      // The other threads end their tasks, which use what this one's caller owns.
      next_ = tasks;
      std::lock_guard<std::mutex> lock(mutex_);
      fault_ = std::current_exception();
    }
  }

  std::mutex turn_, mutex_;
  std::condition_variable wake_, done_;
  std::vector<std::thread> workers_;
  const std::function<void(int64_t)>* run_ = nullptr;
  int64_t tasks_ = 0, wanted_ = 0, working_ = 0;
  std::atomic<int64_t> next_{0};
  uint64_t round_ = 0;
  std::exception_ptr fault_;
};

// The pool is never deleted: its threads wait until the process ends.
Pool& pool() {
  static Pool* const pool = new Pool();
  return *pool;
}

}  // namespace

void forEachTask(int64_t tasks, int64_t values, const std::function<void(int64_t)>& run) {
  const bool many = tasks > 1 && values >= kFewValues && threads() > 1;
  if (many && pool().run(tasks, run)) return;
  FlushSubnormals flush;
  for (int64_t task = 0; task < tasks; task++) run(task);
}

int threads() { return pool().limit; }

void setThreads(int count) { pool().limit = count < 1 ? 1 : count; }

}  // namespace qatlab
