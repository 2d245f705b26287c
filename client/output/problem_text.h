// Mistakes in a sweep file, the way compilers print them.
#pragma once

#include <string>

#include "google/protobuf/repeated_ptr_field.h"
#include "sweepd/v1/error.pb.h"

namespace sweepd::client {

// "sweep.yaml:3:5: parameters.lr.min: must be below max", and the hint on a second line. Parts that are unknown are
// left out. Ends with a newline.
std::string ProblemText(const v1::Problem& problem);

// Each problem with ProblemText, prefixed with `prefix` ("warning: ").
std::string ProblemsText(const google::protobuf::RepeatedPtrField<v1::Problem>& problems, const std::string& prefix);

// "1 problem", "3 problems".
std::string ProblemCount(int count);

}  // namespace sweepd::client
