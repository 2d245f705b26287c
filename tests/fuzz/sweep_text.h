// Sweep files drawn from bytes: mostly valid ones, with every distribution and with extreme numbers, so that a fuzzer
// gets behind the validation.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <string>

namespace sweepd {

// A sweep file of at most six parameters, in JSON. The method is one of grid, random and bayes.
std::string DrawSweepText(FuzzedDataProvider& bytes);

}  // namespace sweepd
