// Names for threads, as debuggers and `top -H` show them.
#pragma once

namespace sweepd {

// Names the calling thread; at most 15 characters are kept.
void NameThread(const char* name);

}  // namespace sweepd
