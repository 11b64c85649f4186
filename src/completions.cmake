# SPDX-License-Identifier: Apache-2.0
# The command prints the shells' completions itself, from its own tables.
set(COMPLETIONS
  "bash sealeaf bash-completion/completions"
  "zsh _sealeaf zsh/site-functions"
  "fish sealeaf.fish fish/vendor_completions.d")
if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
  message(STATUS "cross compiling: the completions are left out")
  set(COMPLETIONS)
endif()
foreach(line ${COMPLETIONS})
  separate_arguments(line)
  list(GET line 0 shell)
  list(GET line 1 name)
  list(GET line 2 folder)
  set(file ${PROJECT_BINARY_DIR}/completions/${name})
  add_custom_command(OUTPUT ${file} DEPENDS sealeaf VERBATIM
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/completions
    COMMAND sealeaf completion ${shell} > ${file})
  list(APPEND COMPLETION_FILES ${file})
  install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
endforeach()
add_custom_target(completions ALL DEPENDS ${COMPLETION_FILES})
