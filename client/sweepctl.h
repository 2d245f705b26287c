// The program without its process: main.cc wires it to the real one.
#pragma once

#include <string>
#include <vector>

#include "client/surroundings.h"

namespace sweepd::client {

// Runs one command line, without the program's name, and gives the exit status (client/exit_code.h).
int RunSweepctl(const std::vector<std::string>& arguments, const Surroundings& surroundings);

}  // namespace sweepd::client
