using NestC.Builtin;
using NestC.Support;

namespace NestC.IR;

/// <summary>All parts of an operation that is to be made. One instance may be reused after <see cref="Reset"/>.</summary>
public sealed class OperationState
{
    public OperationState(OpInfo info, Location location) => Reset(info, location);

    public Vec<Value> Operands;
    public Vec<IrType> ResultTypes;
    public Vec<NamedAttr> Attributes;
    public Vec<Region> Regions;
    public Vec<Block> Successors;

    public OpInfo Info { get; private set; } = null!;

    public Location Location { get; set; }

    public NestContext Context => Info.Context;

    /// <summary>The properties as an attribute, when they came in that form.</summary>
    public Attr? Properties { get; set; }

    /// <summary>The operation object, once a parser or builder has made it to set typed properties before the rest is known.</summary>
    public Operation? Target { get; set; }

    /// <summary>The object to set properties on; made on first use.</summary>
    public Operation Op => Target ??= Info.Definition?.New() ?? new UnregisteredOp();

    public void Reset(OpInfo info, Location location)
    {
        Info = info;
        Location = location;
        Operands.Clear();
        ResultTypes.Clear();
        Attributes.Clear();
        Regions.Clear();
        Successors.Clear();
        Properties = null;
        Target = null;
    }

    public void AddAttribute(Identifier name, Attr value) => Attributes.Add(new NamedAttr(name, value));

    public Region AddRegion()
    {
        Region region = new();
        Regions.Add(region);
        return region;
    }
}

public abstract partial class Operation
{
    /// <summary>
    /// Makes the operation that a state describes. Attributes that are inherent to a defined operation become properties. What
    /// does not fit is told to <paramref name="error"/>, and null is returned.
    /// </summary>
    public static Operation? Create(OperationState state, Action<string>? error = null)
    {
        Operation op = state.Op;
        op.Initialize(state.Info, state.Location);
        error ??= static message => throw new ArgumentException(message);
        if (state.Properties is { } properties && !op.SetProperties(properties, error)) return null;
        if (!state.Attributes.IsEmpty)
        {
            int kept = 0;
            Span<NamedAttr> all = state.Attributes.Span;
            for (int i = 0; i < all.Length; i++)
                if (!state.Info.IsRegistered || !op.SetInherent(all[i].Name.Utf8, all[i].Value)) all[kept++] = all[i];
            if (kept > 0) op.SetAttributes(DictionaryAttr.Get(state.Context, all[..kept]));
        }
        op.SetResultTypes(state.ResultTypes.Span);
        op.InitializeOperands(in state.Operands);
        op.InitializeSuccessors(state.Successors.Span);
        if (!state.Regions.IsEmpty) op.SetRegions(state.Regions.ToArray());
        return op;
    }
}
