internal import CLibCurl
internal import Glibc

/// One conversation at a time with a server over libcurl, which keeps the connection for the next.
///
/// The body is pulled: `send` returns when the head is there, `nextBytes` what has arrived since. TLS is verified,
/// redirects are not followed, `.netrc` is not read, nothing is printed. Proxies come from the environment. A client
/// belongs to one thread. It owns every C resource of a transfer and frees them in `close` and `deinit`.
final class HTTPClient {
    /// What the callbacks of libcurl write to.
    private final class Inbox {
        var head = HTTPHeadReader()
        var bytes: [UInt8] = []
        var received = 0
        var heard = false
    }

    private let multi: UnsafeMutableRawPointer
    private let easy: UnsafeMutableRawPointer
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var inbox = Inbox()
    private var isSending = false
    private var result: CURLcode?
    private var limits = HTTPLimits(connectMilliseconds: 0, idleMilliseconds: 0, responseBytes: 0)
    private var deadline: Int64 = 0
    /// A descriptor that becomes readable when the call is to be broken off.
    private let interrupt: Int32?

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(interrupt: Int32? = nil) throws(HTTPFailure) {
        guard HTTPClient.isReady, let multi = curl_multi_init() else {
            throw HTTPFailure(kind: .unreachable, message: "libcurl cannot be set up")
        }
        guard let easy = curl_easy_init() else {
            curl_multi_cleanup(multi)
            throw HTTPFailure(kind: .unreachable, message: "libcurl cannot be set up")
        }
        self.multi = multi
        self.easy = easy
        self.interrupt = interrupt
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        close()
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        errorText.deallocate()
    }

    /// Sends a request and waits for the head of its reply, until the deadline at the latest.
    func send(_ request: HTTPRequest, limits: HTTPLimits, deadline: Int64) throws(HTTPFailure) -> HTTPHead {
        close()
        inbox = Inbox()
        result = nil
        self.limits = limits
        self.deadline = deadline
        prepare(request)
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
            throw HTTPFailure(kind: .unreachable, message: "libcurl takes no request")
        }
        isSending = true
        try work { inbox.head.isComplete }
        guard inbox.head.isComplete else {
            throw HTTPFailure(kind: .unreachable, message: "the server closed the connection without a reply")
        }
        return inbox.head.head
    }

    /// The next bytes of the body, at least one; nil when the body is complete.
    ///
    /// Pieces are small, since the time for the call and the interrupt are asked before each: libcurl takes in more
    /// than a megabyte at once when a server sends as fast as it can.
    func nextBytes() throws(HTTPFailure) -> [UInt8]? {
        try work { !inbox.bytes.isEmpty }
        guard !inbox.bytes.isEmpty else { return nil }
        let piece = Array(inbox.bytes.prefix(16_384))
        inbox.bytes.removeFirst(piece.count)
        return piece
    }

    /// Ends the transfer; what has not arrived is dropped.
    func close() {
        if isSending { curl_multi_remove_handle(multi, easy) }
        isSending = false
        curl_slist_free_all(headers)
        headers = nil
    }

    /// Waits, unless it is interrupted.
    func pause(milliseconds: Int64) throws(HTTPFailure) {
        let end = Monotonic.milliseconds() + milliseconds
        while Monotonic.milliseconds() < end { try wait(until: end) }
    }

    // MARK: The transfer

    /// Lets libcurl work until the condition holds or the transfer has ended well.
    private func work(until isEnough: () -> Bool) throws(HTTPFailure) {
        var quietUntil = Monotonic.milliseconds() + limits.idleMilliseconds
        // Asked before each piece: a server that never falls silent must not outlast the call.
        try mayGoOn()
        while !isEnough() {
            if let result {
                guard result == CURLE_OK else { throw failure(result) }
                return
            }
            var running: Int32 = 0
            inbox.heard = false
            guard curl_multi_perform(multi, &running) == CURLM_OK else {
                throw HTTPFailure(kind: .unreachable, message: "libcurl cannot go on")
            }
            guard inbox.received <= limits.responseBytes else {
                throw HTTPFailure(kind: .tooLarge, message: "the reply is longer than \(limits.responseBytes) bytes")
            }
            readResult()
            if inbox.heard { quietUntil = Monotonic.milliseconds() + limits.idleMilliseconds }
            if result == nil, !isEnough() { try waitForBytes(quietUntil) }
        }
    }

    private func waitForBytes(_ quietUntil: Int64) throws(HTTPFailure) {
        guard Monotonic.milliseconds() < quietUntil else {
            throw HTTPFailure(
                kind: .timedOut, message: "nothing came from the server for \(limits.idleMilliseconds) ms")
        }
        try wait(until: min(deadline, quietUntil))
        try mayGoOn()
    }

    private func mayGoOn() throws(HTTPFailure) {
        guard Monotonic.milliseconds() < deadline else {
            throw HTTPFailure(kind: .timedOut, message: "the time for the call is over")
        }
        if interrupt != nil { try wait(until: 0) }
    }

    private func wait(until end: Int64) throws(HTTPFailure) {
        var ready: Int32 = 0
        let remaining = Int32(clamping: max(0, end - Monotonic.milliseconds()))
        guard let interrupt else {
            curl_multi_poll(multi, nil, 0, remaining, &ready)
            return
        }
        var waiting = curl_waitfd(fd: interrupt, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        curl_multi_poll(multi, &waiting, 1, remaining, &ready)
        guard waiting.revents == 0 else { throw HTTPFailure(kind: .cancelled, message: "the call was broken off") }
    }

    private func readResult() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            if message.pointee.msg == CURLMSG_DONE { result = message.pointee.data.result }
        }
    }

    private func failure(_ code: CURLcode) -> HTTPFailure {
        let detail = String(cString: errorText)
        let message = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPFailure(kind: .timedOut, message: message)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR:
            return HTTPFailure(kind: .insecure, message: message)
        default:
            return HTTPFailure(kind: .unreachable, message: message)
        }
    }

    // MARK: Options

    private func prepare(_ request: HTTPRequest) {
        curl_easy_reset(easy)
        errorText[0] = 0
        erp_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        erp_curl_set_text(easy, CURLOPT_URL, request.url)
        erp_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "https,http")
        erp_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        erp_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        erp_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        erp_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        erp_curl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        erp_curl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        erp_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connectMilliseconds))
        erp_curl_set_text(easy, CURLOPT_USERAGENT, "headless-erp")
        if request.isLoopback { erp_curl_set_text(easy, CURLOPT_NOPROXY, "*") }
        if let authorities = request.authorities { erp_curl_set_text(easy, CURLOPT_CAINFO, authorities) }
        // Without an empty Expect libcurl asks before it sends a long body, and waits a second for an answer.
        let fixed = [
            ("Content-Type", "application/json"), ("Accept", "text/event-stream, application/json"), ("Expect", ""),
        ]
        for (name, value) in fixed + request.headers.map({ ($0.name, $0.value) }) {
            headers = curl_slist_append(headers, value.isEmpty ? "\(name):" : "\(name): \(value)")
        }
        erp_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
        request.body.bytes.withUnsafeBytes { body in
            _ = erp_curl_set_body(easy, body.baseAddress, body.count)
        }
        setCallbacks()
    }

    /// The inbox outlives the transfer: `send` replaces it only after `close`.
    private func setCallbacks() {
        let context = Unmanaged.passUnretained(inbox).toOpaque()
        erp_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        erp_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        erp_curl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            HTTPClient.take(bytes, size * count, context) { inbox, arrived in
                inbox.received += arrived.count
                inbox.bytes.append(contentsOf: arrived)
            }
        }
        erp_curl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            HTTPClient.take(bytes, size * count, context) { inbox, arrived in
                inbox.head.read(Array(arrived))
            }
        }
    }

    private static func take(
        _ bytes: UnsafeMutablePointer<CChar>?,
        _ count: Int,
        _ context: UnsafeMutableRawPointer?,
        _ keep: (Inbox, UnsafeRawBufferPointer) -> Void
    ) -> Int {
        guard let context else { return 0 }
        let inbox = Unmanaged<Inbox>.fromOpaque(context).takeUnretainedValue()
        inbox.heard = true
        keep(inbox, UnsafeRawBufferPointer(start: bytes, count: count))
        return count
    }
}
