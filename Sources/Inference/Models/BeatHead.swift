/// What stands behind every encoder: context joins the embedding, a recurrent state runs over the beats, logits come out.
///
/// The state is a causal GRU over beats (Cho et al. 2014): it sees the beat before it judges it, and carries what it has
/// seen of the patient. A head without an encoder is the timing expert: it cannot memorise waveforms.
public struct BeatHead: Sendable, Hashable, Codable {
    /// Features of the layer that joins embedding and context.
    public var features: Int
    /// Layers of `features` between the joined input and the state, at least 1.
    public var layers: Int
    /// Size of the recurrent state; 0 judges every beat alone.
    public var recurrent: Int
    /// Share of the joined features and of the embedding that training leaves out.
    public var dropout: Float

    /// Makes a configuration.
    public init(features: Int, layers: Int = 1, recurrent: Int, dropout: Float) {
        self.features = features
        self.layers = layers
        self.recurrent = recurrent
        self.dropout = dropout
    }

    /// Builds the head.
    ///
    /// `embedding` `(E)` and `context` `(F)` are folded in time. Results are `(steps, …)`.
    func build(
        embedding: GraphBuilder.Value?, context: GraphBuilder.Value, steps: Int, state: GraphBuilder.Value?,
        classes: Int, into builder: inout GraphBuilder
    ) throws(GraphError) -> (logits: GraphBuilder.Value, state: GraphBuilder.Value?) {
        var joined = context
        if let embedding {
            let thinned = try builder.add("head.embedding_dropout", Dropout(rate: dropout), embedding)
            let narrow = try builder.add("head.embedding", Linear(features), thinned)
            let wave = try builder.add("head.embedding_activation", Activation(.relu), narrow)
            joined = try builder.add("head.join", Concatenate(), wave, context)
        }
        for layer in 0..<max(layers, 1) {
            let hidden = try builder.add("head.hidden\(layer)", Linear(features), joined)
            let active = try builder.add("head.activation\(layer)", Activation(.relu), hidden)
            joined = try builder.add("head.dropout\(layer)", Dropout(rate: dropout), active)
        }
        let sequence = try builder.add("head.unfold", UnfoldTime(steps: steps), joined)
        guard recurrent > 0 else {
            return (try builder.add("head.logits", Linear(classes), sequence), nil)
        }
        let inputs = state.map { [sequence, $0] } ?? [sequence]
        let states = try builder.add("head.gru", GRU(recurrent), inputs)
        let both = try builder.add("head.skip", Concatenate(), sequence, states)
        return (try builder.add("head.logits", Linear(classes), both), states)
    }
}
