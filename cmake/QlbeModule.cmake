# One object library per module: the .c files below src/<module>/, with main.c left to the executable.
# Private headers of a module are found from all of its folders, and from nowhere else. qlbe_all is
# one static library of every module, for programs and tests that need the whole pipeline.
set(qlbe_objects "")

function(qlbe_module name)
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/src/${name}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.c")
  list(FILTER sources EXCLUDE REGEX "/main\\.c$")
  if(NOT sources)
    return()
  endif()
  add_library(qlbe_${name} OBJECT ${sources})
  target_link_libraries(qlbe_${name} PUBLIC qlbe_flags)
  set(folders "")
  foreach(source ${sources})
    get_filename_component(parent "${source}" DIRECTORY)
    list(APPEND folders "${parent}")
  endforeach()
  list(REMOVE_DUPLICATES folders)
  target_include_directories(qlbe_${name} PRIVATE ${folders})
  list(APPEND qlbe_objects $<TARGET_OBJECTS:qlbe_${name}>)
  set(qlbe_objects "${qlbe_objects}" PARENT_SCOPE)
endfunction()

function(qlbe_library)
  add_library(qlbe_all STATIC ${qlbe_objects})
  target_link_libraries(qlbe_all PUBLIC qlbe_flags)
endfunction()
