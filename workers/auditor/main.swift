internal import Glibc

exit(AuditorProgram(arguments: Array(CommandLine.arguments.dropFirst())).run())
