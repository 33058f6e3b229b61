"""A kernel's life: it starts on the Node named, computes, trains, is interrupted, ends.

usage: life.py VERSION [--kernel-only]

With --kernel-only the kernel has no library to train with.
"""

import sys
import time

from jupyter_client.manager import start_new_kernel


def main(version, alone=False):
    manager, client = start_new_kernel(kernel_name="qatlab", startup_timeout=60)
    try:
        assert result(client, "process.version") == repr(version)
        assert result(client, "let a = 6; a * 7") == "42"
        if not alone:
            code = 'import * as q from "qatlab"; q.tf.tidy(() => q.tf.ones([3, 4]).sum().dataSync()[0])'
            assert result(client, code) == "12"
        client.execute("a = 5;\nwhile (true) {}")
        time.sleep(1)
        manager.interrupt_kernel()
        assert client.get_shell_msg(timeout=20)["content"]["ename"] == "KeyboardInterrupt"
        assert result(client, "a") == "5"
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    assert not manager.has_kernel


def result(client, code):
    """What a cell's last expression shows."""
    texts = []

    def take(message):
        if message["msg_type"] == "execute_result":
            texts.append(message["content"]["data"]["text/plain"])

    reply = client.execute_interactive(code, output_hook=take, timeout=60)
    assert reply["content"]["status"] == "ok", reply["content"]
    return texts[-1]


main(sys.argv[1], alone="--kernel-only" in sys.argv)
