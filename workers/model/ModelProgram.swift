internal import ErpModel
internal import Glibc

/// The command line of erp-model: is the configured model there, what does it say, what does a text embed to.
struct ModelProgram {
    enum ExitStatus {
        static let success: Int32 = 0
        static let failed: Int32 = 1
        static let usage: Int32 = 64
        static let misconfigured: Int32 = 78
    }

    let arguments: [String]

    func run() -> Int32 {
        if arguments.contains("--help") || arguments.contains("-h") {
            write(ModelProgram.help)
            return ExitStatus.success
        }
        do throws(ModelError) {
            switch (arguments.first, arguments.count) {
            case ("check", 1): return try check()
            case ("ask", 2): return try ask(arguments[1])
            case ("embed", 2): return try embed(arguments[1])
            default: return complain("one of check, ask TEXT and embed TEXT is needed; try --help", ExitStatus.usage)
            }
        } catch {
            return complain(
                error.message, error.code == .misconfigured ? ExitStatus.misconfigured : ExitStatus.failed)
        }
    }

    // MARK: Commands

    /// Every model of the chain is asked by itself, so that a broken fallback is found before it is needed.
    private func check() throws(ModelError) -> Int32 {
        let settings = try ConfiguredModel.settings()
        var status = ExitStatus.success
        for each in [settings] + settings.fallback {
            write("\(each.provider.rawValue) \(each.model) at \(each.address.text)\n")
            do throws(ModelError) {
                if try !callsTools(each) { status = ExitStatus.failed }
            } catch {
                guard error.code != .misconfigured else { throw error }
                let request = error.requestID.map { ", request \($0)" } ?? ""
                write("  \(error.code.rawValue): \(error.message)\(request)\n")
                status = ExitStatus.failed
            }
        }
        return status
    }

    private func callsTools(_ settings: ModelSettings) throws(ModelError) -> Bool {
        let tool = ModelTool(
            name: "report_number",
            description: "Takes the number you were asked to report.",
            inputSchema: JSONText(
                trusted: #"{"type":"object","properties":{"number":{"type":"integer"}},"required":["number"]}"#)
        )
        let request = ModelRequest(
            system: "You test a connection. Do what is asked, with the tool.",
            messages: [.user("Report the number 7.")],
            tools: [tool],
            maximumTokens: 1_024
        )
        let reply = try answer(HTTPModel(settings), request)
        for case .toolCall(_, let name, let arguments) in reply.messages where name == tool.name {
            write("  called the tool with \(arguments)\n")
            return true
        }
        write("  called no tool: an agent needs a model that does\n")
        return false
    }

    private func ask(_ text: String) throws(ModelError) -> Int32 {
        let request = ModelRequest(system: "", messages: [.user(text)], tools: [], maximumTokens: 4_096)
        write(try answer(try ConfiguredModel.make(), request).text + "\n")
        return ExitStatus.success
    }

    private func embed(_ text: String) throws(ModelError) -> Int32 {
        let found = try HTTPEmbedder(try ConfiguredModel.settings()).embed([text])
        let numbers = found.vectors.first ?? []
        write("\(numbers.count) numbers, \(found.inputTokens) tokens in: \(numbers.prefix(3)) …\n")
        return ExitStatus.success
    }

    /// Tells what a call took on standard error, so that the answer alone is on standard output.
    private func answer(_ model: any ModelClient, _ request: ModelRequest) throws(ModelError) -> ModelReply {
        var model = model
        let clock = ContinuousClock()
        let start = clock.now
        let reply = try model.reply(to: request)
        let milliseconds = start.duration(to: clock.now) / .milliseconds(1)
        let id = reply.requestID.map { ", request \($0)" } ?? ""
        let usage = reply.usage
        write(
            "  \(reply.model ?? "script") answered in \(Int(milliseconds)) ms: \(usage.inputTokens) tokens in, "
                + "\(usage.outputTokens) out, attempts \(reply.attempts)\(id)\n", to: STDERR_FILENO)
        return reply
    }

    // MARK: Text out

    private func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private func complain(_ message: String, _ status: Int32) -> Int32 {
        write("erp-model: \(message)\n", to: STDERR_FILENO)
        return status
    }

    static let help = """
        Usage: erp-model check
               erp-model ask TEXT
               erp-model embed TEXT

        Tries the language model that ERP_MODEL names: provider:model with provider anthropic, openai or
        compatible, or settings as JSON. ERP_MODEL_URL is the server's address where the settings name
        none. The key is the systemd credential ERP_MODEL_KEY, or else that environment variable.

          check     asks each model, fallbacks too, to call a tool
          ask       prints what the model says
          embed     turns a text into numbers

        What a call took goes to standard error. Exit status: 0 answered; 1 failed; 64 wrong arguments;
        78 wrong settings.

        """
}
