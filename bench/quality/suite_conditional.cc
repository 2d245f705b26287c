// Parameters that only exist under conditions.
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "bench/quality/analytic_task.h"
#include "bench/quality/suites.h"

namespace sweepd::quality {
namespace {

double Square(double x) { return x * x; }

Task Optimizers() {
  return AnalyticTask(
      "conditional_optimizer", Half::kTuning, "three optimisers, each with a rate and a momentum of its own",
      {{"optimizer", Categorical{{"sgd", "adam", "rmsprop"}}},
       {"decay", LogUniformValues{1e-8, 1e-1}},
       {"sgd_lr", LogUniformValues{1e-4, 1}, {{"optimizer", {"sgd"}}}},
       {"sgd_momentum", Uniform{0, 0.99}, {{"optimizer", {"sgd"}}}},
       {"adam_lr", LogUniformValues{1e-6, 1e-1}, {{"optimizer", {"adam"}}}},
       {"adam_beta", Uniform{0.5, 0.999}, {{"optimizer", {"adam"}}}},
       {"rmsprop_lr", LogUniformValues{1e-6, 1e-1}, {{"optimizer", {"rmsprop"}}}}},
      [](const Instance& at, const Assignment& a) {
        const std::string& name = a.at("optimizer").as_string();
        const std::string second = name == "sgd" ? "sgd_momentum" : name == "adam" ? "adam_beta" : "decay";
        const double lr = 5 * at.Offset(a, absl::StrCat(name, "_lr"));
        const double other = 3 * at.Offset(a, second);
        // Rate and momentum make up for each other.
        return Square(lr + 0.7 * other) + 0.3 * Square(other) + Square(at.Offset(a, "decay")) +
               0.8 * at.Penalty(a, "optimizer");
      });
}

Task Layers() {
  std::vector<Parameter> parameters = {{"layers", Categorical{{1, 2, 3, 4}}}, {"lr", LogUniformValues{1e-5, 1e-1}}};
  for (int layer = 1; layer <= 4; ++layer) {
    Condition deep_enough{"layers", {}};
    for (int layers = layer; layers <= 4; ++layers) deep_enough.values.emplace_back(layers);
    parameters.push_back({absl::StrCat("width", layer), IntUniform{4, 128}, {deep_enough}});
    parameters.push_back({absl::StrCat("dropout", layer), Uniform{0, 0.7}, {deep_enough}});
  }
  return AnalyticTask("conditional_layers", Half::kHeldOut, "1 to 4 layers, each with a width and a dropout",
                      std::move(parameters), [](const Instance& at, const Assignment& a) {
                        double sum = 0;
                        const int64_t layers = a.at("layers").as_int();
                        for (int64_t layer = 1; layer <= layers; ++layer) {
                          const double width = 3 * at.Offset(a, absl::StrCat("width", layer));
                          const double dropout = 2 * at.Offset(a, absl::StrCat("dropout", layer));
                          sum += Square(width) + Square(dropout + 0.5 * width);
                        }
                        return sum / static_cast<double>(layers) + at.Penalty(a, "layers") +
                               Square(4 * at.Offset(a, "lr"));
                      });
}

Task Models() {
  return AnalyticTask("conditional_models", Half::kTuning, "a choice of models, two levels deep",
                      {{"model", Categorical{{"svm", "forest", "linear"}}},
                       {"kernel", Categorical{{"rbf", "poly", "flat"}}, {{"model", {"svm"}}}},
                       {"c", LogUniformValues{1e-3, 1e3}, {{"model", {"svm", "linear"}}}},
                       {"gamma", LogUniformValues{1e-5, 10}, {{"kernel", {"rbf", "poly"}}}},
                       {"degree", IntUniform{2, 6}, {{"kernel", {"poly"}}}},
                       {"depth", IntUniform{2, 32}, {{"model", {"forest"}}}},
                       {"features", Uniform{0.05, 1}, {{"model", {"forest"}}}},
                       {"trees", QLogUniformValues{{10, 1000}, 10, true}, {{"model", {"forest"}}}}},
                      [](const Instance& at, const Assignment& a) {
                        double sum = at.Penalty(a, "model");
                        if (Instance::Has(a, "kernel")) sum += 0.5 * at.Penalty(a, "kernel");
                        double distance = 0;
                        for (const char* name : {"c", "gamma", "degree", "depth", "features", "trees"}) {
                          if (Instance::Has(a, name)) distance += Square(3 * at.Offset(a, name));
                        }
                        if (Instance::Has(a, "gamma")) distance += 4 * at.Offset(a, "gamma") * at.Offset(a, "c");
                        return sum + distance / (1 + 0.2 * distance);
                      });
}

Task Augmentations() {
  std::vector<Parameter> parameters = {{"lr", LogUniformValues{1e-5, 1e-1}}};
  for (const char* name : {"blur", "crop", "flip", "noise"}) {
    parameters.push_back({name, Categorical{{false, true}}});
    parameters.push_back({absl::StrCat(name, "_strength"), Uniform{0, 1}, {{name, {true}}}});
  }
  return AnalyticTask("conditional_augment", Half::kHeldOut, "four augmentations, each off or on with a strength",
                      std::move(parameters), [](const Instance& at, const Assignment& a) {
                        double sum = Square(3 * at.Offset(a, "lr"));
                        for (const char* name : {"blur", "crop", "flip", "noise"}) {
                          sum += 0.5 * at.Penalty(a, name);
                          const std::string strength = absl::StrCat(name, "_strength");
                          if (Instance::Has(a, strength)) sum += Square(2 * at.Offset(a, strength));
                        }
                        return sum;
                      });
}

}  // namespace

std::vector<Task> ConditionalTasks() { return {Optimizers(), Layers(), Models(), Augmentations()}; }

}  // namespace sweepd::quality
