#pragma once

#include <node_api.h>

namespace qatlab {

// ends(values): [min, max, how many are 0], or undefined if a value is NaN or infinite.
napi_value ends(napi_env env, napi_callback_info info);

// tally(values, counts, sums, reach): counts values between −reach and reach, and adds them up, each in its bin.
napi_value tally(napi_env env, napi_callback_info info);

}  // namespace qatlab
