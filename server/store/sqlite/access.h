// Who else may change the database.
#pragma once

namespace sweepd {

// It decides what may be remembered between calls.
enum class Access { kOnlyWriter, kReader };

}  // namespace sweepd
