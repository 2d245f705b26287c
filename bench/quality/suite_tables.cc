// Real training results by look-up.
#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/quality/suites.h"
#include "bench/quality/table.h"
#include "common/status_macros.h"

namespace sweepd::quality {
namespace {

constexpr int64_t kBudget = 40;

struct TableFile {
  const char* name;
  Half half;
  const char* about;
};

// Models and data sets are spread over both halves.
constexpr std::array<TableFile, 13> kFiles = {{
    {"boosting_diabetes", Half::kTuning, "gradient boosting on diabetes"},
    {"boosting_wine", Half::kTuning, "gradient boosting on wine, cross-entropy"},
    {"forest_cancer", Half::kTuning, "a random forest on breast cancer"},
    {"knn_digits", Half::kTuning, "nearest neighbours after PCA on digits"},
    {"linear_diabetes", Half::kTuning, "ridge and elastic net on diabetes"},
    {"models_wine", Half::kTuning, "a choice of three models on wine"},
    {"svm_cancer", Half::kTuning, "support vectors on breast cancer"},
    {"forest_digits", Half::kHeldOut, "a random forest on digits"},
    {"logistic_cancer", Half::kHeldOut, "logistic regression on breast cancer, cross-entropy"},
    {"mlp_wine", Half::kHeldOut, "a small network on wine, cross-entropy"},
    {"svm_digits", Half::kHeldOut, "support vectors on digits"},
    {"svr_diabetes", Half::kHeldOut, "support vector regression on diabetes"},
    {"trees_diabetes", Half::kHeldOut, "forest and extra trees on diabetes"},
}};

absl::StatusOr<Task> TableTask(const TableFile& file, const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", file.name, ".csv");
  std::ifstream stream(path);
  if (!stream) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::ostringstream text;
  text << stream.rdbuf();
  absl::StatusOr<Table> parsed = Table::Parse(text.str());
  if (!parsed.ok()) return absl::InvalidArgumentError(absl::StrCat(path, ": ", parsed.status().message()));
  const auto table = std::make_shared<const Table>(*std::move(parsed));
  Task task;
  task.name = file.name;
  task.suite = "C";
  task.half = file.half;
  task.about = absl::StrCat(file.about, ", ", table->rows(), " combinations");
  task.space = table->space();
  task.budget = kBudget;
  // A hundredth of what there is to gain over the middle of the table.
  task.resolution = 0.01 * std::max(table->median() - table->least(), 1e-12);
  task.optimum = [table](uint64_t) { return table->least(); };
  task.evaluate = [table](const Assignment& assignment, uint64_t, int64_t) {
    const double error = table->ErrorOf(assignment);
    return Measurement{error, error};
  };
  return task;
}

}  // namespace

absl::StatusOr<std::vector<Task>> TableTasks(const std::string& folder) {
  std::vector<Task> tasks;
  for (const TableFile& file : kFiles) {
    ASSIGN_OR_RETURN(tasks.emplace_back(), TableTask(file, folder));
  }
  return tasks;
}

}  // namespace sweepd::quality
