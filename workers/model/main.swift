internal import Glibc

exit(ModelProgram(arguments: Array(CommandLine.arguments.dropFirst())).run())
