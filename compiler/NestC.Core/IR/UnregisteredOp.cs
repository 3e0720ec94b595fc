using NestC.Builtin;

namespace NestC.IR;

/// <summary>An operation that no registered dialect knows, in generic form.</summary>
public sealed class UnregisteredOp : Operation
{
    private Attr? properties;

    public override Attr? PropertiesAttr => properties;

    protected internal override bool SetProperties(Attr value, Action<string> error)
    {
        properties = value;
        return true;
    }

    protected internal override void CopyProperties(Operation from) => properties = ((UnregisteredOp)from).properties;
}
