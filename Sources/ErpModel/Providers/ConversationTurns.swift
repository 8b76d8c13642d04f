/// Successive messages of one speaker, as the providers' formats want them.
struct ConversationTurn: Equatable {
    let isAssistant: Bool
    var messages: [ModelMessage]

    /// Groups messages by speaker; empty texts, which providers refuse, are left out.
    ///
    /// Within the user's turn tool results come first, in their order: an answer must follow its question directly.
    static func turns(_ messages: [ModelMessage]) -> [ConversationTurn] {
        var turns: [ConversationTurn] = []
        for message in messages where !message.isEmptyText {
            if turns.last?.isAssistant == message.isAssistant {
                turns[turns.count - 1].messages.append(message)
            } else {
                turns.append(ConversationTurn(isAssistant: message.isAssistant, messages: [message]))
            }
        }
        return turns.map { turn in
            let results = turn.messages.filter(\.isToolResult)
            return ConversationTurn(
                isAssistant: turn.isAssistant, messages: results + turn.messages.filter { !$0.isToolResult })
        }
    }
}

extension ModelMessage {
    fileprivate var isAssistant: Bool {
        switch self {
        case .user, .toolResult: false
        case .assistant, .toolCall, .opaque: true
        }
    }

    fileprivate var isToolResult: Bool {
        if case .toolResult = self { true } else { false }
    }

    fileprivate var isEmptyText: Bool {
        switch self {
        case .user(let text), .assistant(let text): text.isEmpty
        default: false
        }
    }
}
