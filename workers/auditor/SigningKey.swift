internal import AuditVerifier
internal import Glibc

/// Reads the private key, which must be nobody else's to read.
enum SigningKey {
    static func read(_ path: String) throws(SourceFault) -> PrivateKey {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw SourceFault(message: "\(path): \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw SourceFault(message: "\(path): group or others may read the private key; chmod 600")
        }
        let pem = try Files.read(path)
        do throws(KeyFault) {
            return try PrivateKey(pem: pem)
        } catch {
            throw SourceFault(message: "\(path): \(error.message)")
        }
    }

    /// A name that tells keys apart: the beginning of the public half's hash.
    static func name(of key: PrivateKey) -> String {
        "erp-auditor-\(key.fingerprint ?? "unknown")"
    }
}
