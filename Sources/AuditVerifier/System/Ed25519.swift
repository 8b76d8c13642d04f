internal import CLibCrypto

/// A key that libcrypto cannot use.
public struct KeyFault: Error, Equatable, Sendable {
    public let message: String
}

/// An Ed25519 public key.
public final class PublicKey {
    private let key: OpaquePointer

    /// Reads `-----BEGIN PUBLIC KEY-----`.
    public init(pem: [UInt8]) throws(KeyFault) {
        key = try readKey(pem, "public") { PEM_read_bio_PUBKEY($0, nil, nil, nil) }
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// True when the signature over the message was made with the private half of this key.
    public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

/// An Ed25519 private key; its bytes stay in libcrypto.
public final class PrivateKey {
    private let key: OpaquePointer

    /// Reads `-----BEGIN PRIVATE KEY-----` without a passphrase.
    public init(pem: [UInt8]) throws(KeyFault) {
        // A passphrase callback that gives none, so that nobody is asked at a terminal.
        key = try readKey(pem, "private") { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in 0 }, nil) }
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// The 64 bytes of the signature; nil when libcrypto refuses.
    public func sign(_ message: [UInt8]) -> [UInt8]? {
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1 else { return nil }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == 64 else { return nil }
        return signature
    }

    /// Eight digits that tell public halves apart; nil when libcrypto refuses.
    public var fingerprint: String? {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32 else { return nil }
        return Hex.text(Hasher().hash(bytes).bytes.prefix(4))
    }
}

private func readKey(
    _ pem: [UInt8],
    _ half: String,
    _ read: (OpaquePointer) -> OpaquePointer?
) throws(KeyFault) -> OpaquePointer {
    guard let memory = BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else {
        throw KeyFault(message: "libcrypto has no memory")
    }
    defer { BIO_free(memory) }
    guard let key = read(memory) else { throw KeyFault(message: "this is no \(half) key in PEM form") }
    guard EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 else {
        EVP_PKEY_free(key)
        throw KeyFault(message: "the \(half) key is not an Ed25519 key")
    }
    return key
}
