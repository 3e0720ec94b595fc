namespace NestC.Onnx;

/// <summary>What is wrong with a file: a code with a page, the node or tensor concerned, the field of it, and the message.</summary>
public sealed record OnnxError(string Code, string? Node, string? Field, string Message)
{
    /// <summary>The file cannot be read, or is no message of its kind.</summary>
    public const string File = "NEST4001";

    /// <summary>One message is larger than 2 GB.</summary>
    public const string TooLarge = "NEST4002";

    /// <summary>A tensor's data do not fit its type and shape.</summary>
    public const string Tensor = "NEST4003";

    /// <summary>External data are not where the model says, or leave its folder.</summary>
    public const string External = "NEST4004";

    /// <summary>Names, order or results of a graph are not sound.</summary>
    public const string Graph = "NEST4005";

    /// <summary>Operators are not supported, or not in this form.</summary>
    public const string Unsupported = "NEST4006";

    /// <summary>An attribute is missing, unknown, or of another type or value than the operator's.</summary>
    public const string Attribute = "NEST4007";

    /// <summary>Inputs do not fit the operator: their number, types or shapes.</summary>
    public const string Inputs = "NEST4008";

    /// <summary>A weight that a module refers to is missing or has changed.</summary>
    public const string Weight = "NEST4009";

    /// <summary>An operator set is not known.</summary>
    public const string OperatorSet = "NEST4010";

    /// <summary>What `nest-run` was given does not fit the function.</summary>
    public const string Input = "NEST4011";

    public override string ToString() => (Node, Field) switch
    {
        (null, null) => Message,
        (null, _) => $"{Field}: {Message}",
        (_, null) => $"'{Node}': {Message}",
        _ => $"'{Node}', {Field}: {Message}",
    };

    /// <summary>As tools print it: `file: error[NESTnnnn]: 'node', field: message`.</summary>
    public string Render(string path) => $"{path}: error[{Code}]: {this}";
}

/// <summary>Carries an error out of nested reading; public entry points turn it into a result.</summary>
public sealed class OnnxException(OnnxError error) : Exception(error.ToString())
{
    public OnnxException(string code, string? node, string? field, string message)
        : this(new OnnxError(code, node, field, message))
    {
    }

    /// <summary>About the file as a whole: it cannot be read or written.</summary>
    public OnnxException(string? node, string? field, string message)
        : this(new OnnxError(OnnxError.File, node, field, message))
    {
    }

    public OnnxError Error { get; } = error;
}
