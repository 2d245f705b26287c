// Mixed and categorical parameters, tiny spaces, steps.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/objective_functions.h"
#include "bench/quality/analytic_task.h"
#include "bench/quality/suites.h"

namespace sweepd::quality {
namespace {

// A number in [0, 1) that the task, the seed and up to three indices decide.
double Drawn(absl::string_view table, uint64_t seed, uint64_t row, uint64_t column = 0, uint64_t layer = 0) {
  return InstanceRng(table, seed, kLandscape + (layer << 24) + (row << 12) + column).NextUnit();
}

// Gives the task the optimum that trying everything finds.
Task WithSearchedOptimum(Task task, const Landscape& landscape) {
  task.optimum = [space = task.space, landscape](uint64_t seed) { return LeastOfAll(space, seed, landscape); };
  return task;
}

Task MixedAckley() {
  return AnalyticTask(
      "mixed_ackley", Half::kTuning, "3 numbers, 2 integers, and a kind of 4 that moves where the best x1 lies",
      Joined({Repeated("x", 3, Uniform{0, 1}), Repeated("n", 2, IntUniform{0, 9}), {{"kind", Kinds("k", 4)}}}),
      [](const Instance& at, const Assignment& a) {
        std::vector<double> z = Offsets(at, a, "x", 3, 10);
        z[0] = 10 * at.Offset(a, "x1", 0.37 * static_cast<double>(at.Index(a, "kind")));
        for (const double n : Offsets(at, a, "n", 2, 10)) z.push_back(n);
        return Ackley(5).at(z) + 4 * at.Penalty(a, "kind");
      });
}

Task MixedStyblinski() {
  return AnalyticTask("mixed_styblinski", Half::kHeldOut,
                      "4 numbers with many basins, a switch and two kinds that depend on each other",
                      Joined({Repeated("x", 4, Uniform{0, 1}),
                              {{"act", Kinds("a", 3)}, {"mode", Kinds("m", 3)}, {"flag", Categorical{{false, true}}}}}),
                      [](const Instance& at, const Assignment& a) {
                        const std::vector<double> z = Offsets(at, a, "x", 4, 8, -2.903534);
                        const ObjectiveFunction basins = StyblinskiTang(4);
                        // 0 when both are the best; one of them alone is worse than none.
                        const double act = at.Penalty(a, "act");
                        const double mode = at.Penalty(a, "mode");
                        const double kinds = act + mode - 1.2 * std::min(act, mode);
                        return (basins.at(z) - basins.minimum) / 20 + 3 * kinds + at.Penalty(a, "flag");
                      });
}

Task CategoriesWithPairs() {
  constexpr int kParameters = 6;
  const Landscape landscape = [](const Instance& at, const Assignment& a) {
    double sum = 0;
    for (int i = 1; i <= kParameters; ++i) sum += at.Penalty(a, absl::StrCat("c", i));
    for (int i = 1; i < kParameters; ++i) {
      const auto row = static_cast<uint64_t>(at.Index(a, absl::StrCat("c", i)));
      const auto column = static_cast<uint64_t>(at.Index(a, absl::StrCat("c", i + 1)));
      sum += Drawn("categories_pairs", at.seed(), row, column, static_cast<uint64_t>(i));
    }
    return sum;
  };
  return WithSearchedOptimum(
      AnalyticTask("categories_pairs", Half::kTuning, "6 categoricals of 5 values; neighbours depend on each other",
                   Repeated("c", kParameters, Kinds("v", 5)), landscape),
      landscape);
}

// Kauffman's NK model: each switch's part depends on itself and on two others.
Task Switches() {
  constexpr int kSwitches = 14;
  const Landscape landscape = [](const Instance& at, const Assignment& a) {
    std::vector<uint64_t> on;
    for (int i = 1; i <= kSwitches; ++i) on.push_back(a.at(absl::StrCat("b", i)).as_bool() ? 1 : 0);
    double sum = 0;
    for (uint64_t i = 0; i < kSwitches; ++i) {
      const uint64_t bits = on[i] + 2 * on[(i + 1) % kSwitches] + 4 * on[(i + 5) % kSwitches];
      sum += Drawn("switches_nk", at.seed(), i, bits);
    }
    return sum;
  };
  return WithSearchedOptimum(AnalyticTask("switches_nk", Half::kHeldOut, "14 booleans, each tied to two others",
                                          Repeated("b", kSwitches, Categorical{{false, true}}), landscape),
                             landscape);
}

Task Tiny(std::string name, Half half, int64_t budget, std::vector<Parameter> parameters) {
  const Landscape landscape = [name](const Instance& at, const Assignment& a) {
    double sum = at.Penalty(a, "kind");
    uint64_t cell = static_cast<uint64_t>(at.Index(a, "kind"));
    for (const char* number : {"n1", "n2"}) {
      if (!Instance::Has(a, number)) continue;
      sum += 2 * std::abs(at.Offset(a, number));
      cell = cell * 16 + static_cast<uint64_t>(at.Index(a, number));
    }
    return sum + 0.3 * Drawn(name, at.seed(), cell);
  };
  Task task = AnalyticTask(name, half, absl::StrCat("a rough table that ", budget, " trials nearly or fully cover"),
                           std::move(parameters), landscape);
  task.budget = budget;
  return WithSearchedOptimum(std::move(task), landscape);
}

Task OrdinalLevy() {
  return AnalyticTask("ordinal_levy", Half::kTuning, "5 stepped parameters of 5 to 63 levels, several basins",
                      {{"depth", IntUniform{1, 8}},
                       {"dropout", QUniform{{0, 0.5}, 0.1}},
                       {"momentum", QUniform{{0, 1}, 0.05}},
                       {"patience", IntUniform{0, 20}},
                       {"width", QUniform{{16, 1024}, 16, true}}},
                      [](const Instance& at, const Assignment& a) {
                        std::vector<double> z;
                        for (const char* name : {"depth", "dropout", "momentum", "patience", "width"}) {
                          z.push_back(12 * at.Offset(a, name) + 1);
                        }
                        return Levy(5).at(z);
                      });
}

Task OrdinalNetwork() {
  return AnalyticTask("ordinal_network", Half::kHeldOut,
                      "a network's shape in steps and its learning rate, in a valley",
                      {{"batch", QLogUniformValues{{16, 512}, 16, true}},
                       {"dropout", QUniform{{0, 0.5}, 0.05}},
                       {"layers", IntUniform{1, 6}},
                       {"lr", LogUniformValues{1e-5, 1e-1}},
                       {"width", IntUniform{8, 256}}},
                      [](const Instance& at, const Assignment& a) {
                        const double lr = 8 * at.Offset(a, "lr");
                        const double batch = 4 * at.Offset(a, "batch");
                        const double width = 4 * at.Offset(a, "width");
                        const double layers = 3 * at.Offset(a, "layers");
                        // Larger batches want larger rates, wider networks want fewer layers.
                        return std::pow(lr - batch, 2) + 0.3 * batch * batch + std::pow(width + layers, 2) +
                               0.2 * layers * layers + 2 * std::abs(at.Offset(a, "dropout"));
                      });
}

}  // namespace

std::vector<Task> DiscreteTasks() {
  return {
      MixedAckley(),
      MixedStyblinski(),
      CategoriesWithPairs(),
      Switches(),
      Tiny("tiny_12", Half::kTuning, 12, {{"kind", Kinds("k", 3)}, {"n1", IntUniform{1, 4}}}),
      Tiny("tiny_108", Half::kHeldOut, 40,
           {{"kind", Kinds("k", 3)}, {"n1", IntUniform{1, 4}}, {"n2", IntUniform{1, 9}}}),
      OrdinalLevy(),
      OrdinalNetwork(),
  };
}

}  // namespace sweepd::quality
