# cmake -DFOLDER=… -DOUTPUT=… -P embed.cmake: the files *.in of a folder as C++ (project.h).
file(GLOB_RECURSE paths RELATIVE ${FOLDER} ${FOLDER}/*.in)
list(SORT paths)
set(rows "")
foreach(path IN LISTS paths)
  file(READ ${FOLDER}/${path} text)
  string(REGEX REPLACE "\\.in$" "" name ${path})
  string(REGEX REPLACE "(^|/)dot_" "\\1." name ${name})  # Where hidden files would be overlooked.
  string(APPEND rows "    {\"${name}\", R\"~~~~(${text})~~~~\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "// Made of cmd/svcctl/templates by cmd/svcctl/embed.cmake.
#include \"cmd/svcctl/project.h\"

namespace svc {

std::span<const ProjectFile> project_templates() noexcept {
  static constexpr ProjectFile kFiles[] = {
${rows}  };
  return kFiles;
}

}  // namespace svc
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
