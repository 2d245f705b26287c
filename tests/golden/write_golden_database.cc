// Writes a golden database into the folder given, and what it holds to the standard output. See README.md.
#include <iostream>

#include "server/store/sqlite/open.h"
#include "tests/golden/golden_store.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_golden_database FOLDER\n";
    return 2;
  }
  const auto store = sweepd::OpenSqliteStore(argv[1], {});
  const absl::Status status = store.ok() ? sweepd::FillGoldenStore(**store) : store.status();
  if (!status.ok()) {
    std::cerr << status << "\n";
    return 1;
  }
  std::cout << sweepd::DescribeGoldenStore(**store);
  return 0;
}
