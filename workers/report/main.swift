internal import Glibc

exit(ReportProgram(arguments: Array(CommandLine.arguments.dropFirst())).run())
