# SPDX-License-Identifier: Apache-2.0
# What the compiler and the linker can do against exploits. Whatever a packager
# says in CFLAGS about one of these is left as it is said.
include(CheckCCompilerFlag)
include(CheckCSourceCompiles)
include(CheckLinkerFlag)
include(CheckPIESupported)

check_pie_supported(LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(HARDENING)
foreach(name stack-protector-strong stack-clash-protection cf-protection)
  string(REPLACE -strong "" stem ${name})
  string(MAKE_C_IDENTIFIER HAVE_${name} have)
  check_c_compiler_flag("-Werror -f${name}" ${have})
  if(${have} AND NOT CMAKE_C_FLAGS MATCHES ${stem})
    list(APPEND HARDENING -f${name})
  endif()
endforeach()

# It wants an optimizer, is at odds with the sanitizers, and some compilers
# define it by themselves.
if(NOT SEALEAF_SANITIZE AND NOT CMAKE_C_FLAGS MATCHES FORTIFY_SOURCE)
  set(CMAKE_REQUIRED_FLAGS "-O2 -Werror")
  set(CMAKE_REQUIRED_DEFINITIONS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  check_c_source_compiles("#include <string.h>\nint main(void) { return 0; }"
                          HAVE_FORTIFY_SOURCE_3)
  unset(CMAKE_REQUIRED_FLAGS)
  unset(CMAKE_REQUIRED_DEFINITIONS)
  set(level $<IF:$<BOOL:${HAVE_FORTIFY_SOURCE_3}>,3,2>)
  set(optimized $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
  list(APPEND HARDENING
    $<${optimized}:-U_FORTIFY_SOURCE> $<${optimized}:-D_FORTIFY_SOURCE=${level}>)
endif()
add_compile_options(${HARDENING})

foreach(flag -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
  string(MAKE_C_IDENTIFIER HAVE${flag} have)
  check_linker_flag(C ${flag} ${have})
  if(${have})
    add_link_options(${flag})
  endif()
endforeach()
