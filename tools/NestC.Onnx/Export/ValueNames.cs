using System.Globalization;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Onnx.Export;

/// <summary>Names of values and of nodes, each unique among its own: those of locations where they have one.</summary>
internal sealed class ValueNames(NestContext context)
{
    private readonly Dictionary<Value, string> given = [];
    private readonly HashSet<string> values = new(StringComparer.Ordinal), nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    public bool TryGet(Value value, out string name)
    {
        bool known = given.TryGetValue(value, out string? found);
        name = found ?? "";
        return known;
    }

    /// <summary>Gives a value a name of somebody's choice, unless it or the name is taken.</summary>
    public void Give(Value value, string name)
    {
        if (!given.ContainsKey(value) && name.Length > 0 && values.Add(name)) given[value] = name;
    }

    /// <summary>The name of a value, made when it is first asked for.</summary>
    /// <param name="otherwise">What it is called when its location has no name; null: as its operation.</param>
    public string Of(Value value, string? otherwise)
    {
        if (given.TryGetValue(value, out string? known)) return known;
        string? name = LocationName(value.Location);
        name = name is null ? otherwise is null ? Numbered(Short(value.DefiningOp!), values) : Unique(otherwise, values) : Unique(name, values);
        return given[value] = name;
    }

    /// <summary>A value name that nothing has yet.</summary>
    public string Fresh(string stem) => Numbered(stem, values);

    public string Node(Operation op) => LocationName(op.Location) is { } name ? Unique(name, nodes) : Numbered(Short(op), nodes);

    private static string Short(Operation op) => op.Name[(op.Name.IndexOf('.') + 1)..];

    private string? LocationName(Location location) => context.Resolve(location) switch
    {
        NameLoc name => NonEmpty(name),
        FusedLoc fused => FirstOf(fused),
        _ => null,
    };

    private static string? NonEmpty(NameLoc name) => name.Name.ToString() is { Length: > 0 } text ? text : null;

    private static string? FirstOf(FusedLoc fused)
    {
        foreach (LocationAttr part in fused.Locations)
            if (part is NameLoc name && NonEmpty(name) is { } text) return text;
        return null;
    }

    private string Unique(string name, HashSet<string> taken) => taken.Add(name) ? name : Numbered(name, taken);

    private string Numbered(string stem, HashSet<string> taken)
    {
        while (true)
        {
            int n = counts[stem] = counts.GetValueOrDefault(stem, -1) + 1;
            string name = string.Create(CultureInfo.InvariantCulture, $"{stem}_{n}");
            if (taken.Add(name)) return name;
        }
    }
}
