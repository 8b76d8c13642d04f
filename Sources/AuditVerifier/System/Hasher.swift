internal import CLibCrypto

/// SHA-256 by libcrypto, over one context that is used again and again.
final class Hasher {
    private let context = EVP_MD_CTX_new()
    private let method = EVP_MD_fetch(nil, "SHA256", nil)
    /// False once libcrypto has refused; no digest made since means anything.
    private(set) var isSound: Bool

    init() {
        isSound = context != nil && method != nil
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(method)
    }

    func begin() {
        note(EVP_DigestInit_ex2(context, method, nil))
    }

    func add(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { note(EVP_DigestUpdate(context, $0.baseAddress, $0.count)) }
    }

    func add(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { note(EVP_DigestUpdate(context, $0.baseAddress, 1)) }
    }

    func add(_ digest: Digest) {
        withUnsafeBytes(of: digest) { note(EVP_DigestUpdate(context, $0.baseAddress, $0.count)) }
    }

    func end() -> Digest {
        Digest.filled { note(EVP_DigestFinal_ex(context, $0.baseAddress, nil)) }
    }

    private func note(_ status: Int32) {
        if status != 1 { isSound = false }
    }
}

extension Hasher {
    func hash(_ bytes: [UInt8]) -> Digest {
        begin()
        add(bytes.span)
        return end()
    }

    /// `H(0x00 || encoding)`.
    func leaf(_ encoding: Span<UInt8>) -> Digest {
        begin()
        add(0)
        add(encoding)
        return end()
    }

    /// `H(0x01 || left || right)`.
    func node(_ left: Digest, _ right: Digest) -> Digest { pair(1, left, right) }

    /// `H(0x02 || row hash of the position before || leaf hash)`.
    func row(_ previous: Digest, _ leaf: Digest) -> Digest { pair(2, previous, leaf) }

    private func pair(_ prefix: UInt8, _ left: Digest, _ right: Digest) -> Digest {
        begin()
        add(prefix)
        add(left)
        add(right)
        return end()
    }
}
