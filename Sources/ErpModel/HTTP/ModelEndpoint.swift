internal import Glibc

/// A provider's server: makes a call, again when that helps, and tells what went wrong.
final class ModelEndpoint {
    let settings: ModelSettings
    private let key: ModelKey?
    private let client: HTTPClient

    /// - Parameter interrupt: a descriptor that becomes readable when calls are to be broken off.
    init(_ settings: ModelSettings, _ environment: ModelEnvironment, interrupt: Int32?) throws(ModelError) {
        self.settings = settings
        key = try environment.key(settings.keyName)
        guard key != nil || settings.provider == .compatible else {
            throw ModelError(
                .misconfigured, "there is no key: set \(settings.keyName), or give a credential of that name")
        }
        do throws(HTTPFailure) {
            client = try HTTPClient(interrupt: interrupt)
        } catch {
            throw ProviderFailure.error(error, nil)
        }
    }

    /// Posts a body and lets the closure read the reply; made again while that helps and there is time.
    func call<Value>(
        _ path: String,
        _ body: JSONText,
        _ read: (HTTPHead, () throws(ModelError) -> [UInt8]?) throws(ModelError) -> Value
    ) throws(ModelError) -> (value: Value, attempts: Int) {
        let deadline = Monotonic.milliseconds() + settings.totalMilliseconds
        var schedule = RetrySchedule(attempts: settings.attempts)
        while true {
            do throws(ModelError) {
                return (try attempt(path, body, deadline, read), schedule.made + 1)
            } catch {
                let remaining = deadline - Monotonic.milliseconds()
                switch schedule.next(after: error, remaining: remaining, random: Double.random(in: 0..<1)) {
                case .giveUp: throw error
                case .wait(let milliseconds): try pause(milliseconds)
                }
            }
        }
    }

    private func attempt<Value>(
        _ path: String,
        _ body: JSONText,
        _ deadline: Int64,
        _ read: (HTTPHead, () throws(ModelError) -> [UInt8]?) throws(ModelError) -> Value
    ) throws(ModelError) -> Value {
        let request = HTTPRequest(
            url: settings.address.text + path,
            headers: settings.provider == .anthropic ? AnthropicMessages.headers(key) : ChatCompletions.headers(key),
            body: body,
            isLoopback: settings.address.isLoopback,
            authorities: settings.authorities
        )
        defer { client.close() }
        var head: HTTPHead?
        let next = { () throws(ModelError) -> [UInt8]? in
            do throws(HTTPFailure) {
                return try self.client.nextBytes()
            } catch {
                throw ProviderFailure.error(error, head.flatMap(ProviderFailure.requestID))
            }
        }
        do throws(HTTPFailure) {
            head = try client.send(request, limits: settings.limits, deadline: deadline)
        } catch {
            throw ProviderFailure.error(error, nil)
        }
        guard let head, head.status == 200 else {
            var body: [UInt8] = []
            while body.count < 65_536, let bytes = try next() { body += bytes }
            throw ProviderFailure.error(head ?? HTTPHead(status: 0), body, key, now: Int64(time(nil)))
        }
        return try read(head, next)
    }

    private func pause(_ milliseconds: Int64) throws(ModelError) {
        do throws(HTTPFailure) {
            try client.pause(milliseconds: milliseconds)
        } catch {
            throw ProviderFailure.error(error, nil)
        }
    }
}
