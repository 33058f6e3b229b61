import { cpus, freemem, hostname, totalmem } from "node:os";

/** The processor's time, in milliseconds, of the kernel and of the whole machine up to a moment. */
interface Clock {
  at: number;
  kernel: number;
  busy: number;
  total: number;
}

/**
 * Answers `usage_request` with the fields that ipykernel sends: resource monitors show them. Percentages are of the
 * time since the last request; `kernel_cpu` counts one core as 100.
 */
export class Usage {
  #last = readClock();

  read(): object {
    const [before, now] = [this.#last, readClock()];
    this.#last = now;
    const total = totalmem();
    const available = Math.min(freemem(), total);
    const hostTime = now.total - before.total;
    return {
      hostname: hostname(),
      pid: process.pid,
      kernel_cpu: percent(now.kernel - before.kernel, now.at - before.at),
      kernel_memory: process.memoryUsage.rss(),
      cpu_count: cpus().length,
      // As ipykernel does, the field is left out where no time has passed.
      ...(hostTime > 0 ? { host_cpu_percent: percent(now.busy - before.busy, hostTime) } : {}),
      host_virtual_memory: {
        total,
        available,
        percent: percent(total - available, total),
        used: total - available,
        free: available,
      },
    };
  }
}

function readClock(): Clock {
  const { user, system } = process.cpuUsage();
  let [busy, total] = [0, 0];
  for (const { times } of cpus()) {
    const working = times.user + times.nice + times.sys + times.irq;
    busy += working;
    total += working + times.idle;
  }
  return { at: performance.now(), kernel: (user + system) / 1000, busy, total };
}

/** A share in percent with one decimal; 0 where the whole is 0. */
function percent(part: number, whole: number): number {
  return whole > 0 ? Math.max(0, Math.round((1000 * part) / whole) / 10) : 0;
}
