namespace NestC.Onnx;

/// <summary>What is wrong with a file: the node or tensor concerned, the field of it, and the message.</summary>
public sealed record OnnxError(string? Node, string? Field, string Message)
{
    public override string ToString() => (Node, Field) switch
    {
        (null, null) => Message,
        (null, _) => $"{Field}: {Message}",
        (_, null) => $"'{Node}': {Message}",
        _ => $"'{Node}', {Field}: {Message}",
    };
}

/// <summary>Carries an error out of nested reading; public entry points turn it into a result.</summary>
public sealed class OnnxException(OnnxError error) : Exception(error.ToString())
{
    public OnnxException(string? node, string? field, string message)
        : this(new OnnxError(node, field, message))
    {
    }

    public OnnxError Error { get; } = error;
}
