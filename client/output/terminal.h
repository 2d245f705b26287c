// What a stream's other end can show.
#pragma once

namespace sweepd::client {

struct Terminal {
  bool is_terminal = false;  // false: a file or a pipe
  bool colour = false;
  int width = 80;  // columns
};

// Of an open file descriptor. Colour needs a terminal that is not "dumb", and NO_COLOR unset or empty
// (https://no-color.org).
Terminal TerminalOf(int descriptor);

}  // namespace sweepd::client
