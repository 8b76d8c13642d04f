internal import Glibc

exit(AuditProgram(arguments: Array(CommandLine.arguments.dropFirst())).run())
