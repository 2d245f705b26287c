// What a golden database holds, and how its content is written down.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/store/store.h"

namespace sweepd {

// Fills an empty store with rows of every kind and every odd value, in one transaction.
absl::Status FillGoldenStore(Store& store);

// Everything that a reader finds, one row a line.
std::string DescribeGoldenStore(StoreReader& reader);

}  // namespace sweepd
