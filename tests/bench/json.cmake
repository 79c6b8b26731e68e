# Beside the two libraries that most C++ services use. Their headers are needed here and nowhere else.
find_path(NLOHMANN_JSON_INCLUDE_DIR nlohmann/json.hpp)
find_package(Boost 1.75 QUIET COMPONENTS json)
if(NLOHMANN_JSON_INCLUDE_DIR AND TARGET Boost::json)
  svc_bench(json json_bench.cc svc_sdk Boost::json)
endif()
