/// Why a file is not valid.
public enum CheckFault: Error, Equatable, Sendable {
    /// The file contradicts itself, a checkpoint or what was seen before; with the first bad position where there is one.
    case tampered(UInt64?, String)
    /// Nothing contradicts, but something is missing.
    case incomplete(String)
    /// Not this format, or not readable.
    case unusable(String)

    public static func tampered(_ reason: String) -> CheckFault { .tampered(nil, reason) }
}
