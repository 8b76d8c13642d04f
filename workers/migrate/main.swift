internal import Glibc

exit(MigrateProgram(arguments: Array(CommandLine.arguments.dropFirst())).run())
