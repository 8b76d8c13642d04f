internal import Glibc

exit(RulesProgram(arguments: Array(CommandLine.arguments.dropFirst())).run())
