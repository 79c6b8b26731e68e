// standalone_config.h — the configuration of a service's own program that was given none.
//
// Why a made-up file: the program then goes the very same way as svcd, with the same checks and
// messages, and --set works on it.
#pragma once

#include <string>
#include <string_view>

#include "config/files.h"
#include "config/load.h"
#include "core/base/result.h"
#include "core/server/command_line.h"

namespace svc {

class StandaloneFile {
 public:
  // REQUIRES: outlives every use of the request, which refers to it.
  StandaloneFile(std::string_view service, const CommandLine& line);
  Result<LoadRequest> request() const;

 private:
  class Source final : public FileSource {
   public:
    Result<std::string> read(const std::string& path, size_t size_max) const override;
    Result<std::string> real_path(const std::string& path) const override;
    bool is_file(const std::string& path) const override;
    std::string path;
    std::string text;
  };
  Source source_;
  std::vector<std::string> overrides_;
};

}  // namespace svc
