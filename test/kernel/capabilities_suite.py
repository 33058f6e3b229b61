"""Debian's and PyPI's `jupyter_kernel_test`: the ecosystem's own test of a kernel."""

import jupyter_kernel_test


class TypeScriptKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "qatlab-test"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "Math.hypo", "matches": {"hypot"}},
        {"text": "'abc'.toUpperC", "matches": {"toUpperCase"}},
    ]
    complete_code_samples = ["1", "const x: number = 1;", "function f() {\n  return 1;\n}"]
    incomplete_code_samples = ["function f() {", "const x = [1,", "`template", "/* comment"]
    invalid_code_samples = ["let 1x = 2;", "const = 5;", "foo bar)"]
    code_generate_error = "throw new RangeError('out of range')"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 2].map((x) => x * 2);", "result": "[ 2, 4 ]"},
        {"code": "'text' as const", "result": "'text'"},
    ]
    code_display_data = [
        {"code": "import { display } from 'tslab'; display.html('<b>bold</b>')", "mime": "text/html"},
        {
            "code": "(globalThis as any)[Symbol.for('Jupyter.host')]"
            ".display({ 'image/svg+xml': '<svg/>' })",
            "mime": "image/svg+xml",
        },
    ]
    code_clear_output = "(globalThis as any)[Symbol.for('Jupyter.host')].clear()"
    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.hypot"
    code_page_something = "Math.hypot?"


class IopubWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "qatlab-test"
    support_iopub_welcome = True


del jupyter_kernel_test
