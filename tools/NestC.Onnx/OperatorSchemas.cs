using System.Globalization;

namespace NestC.Onnx;

/// <summary>What ONNX says of an operator since an opset: numbers of inputs and outputs (-1: any), and attributes by name.</summary>
internal sealed record OperatorSchema(string Domain, string Name, long Since, int MinInputs, int MaxInputs, int MinOutputs, int MaxOutputs, SchemaAttribute[] Attributes)
{
    public SchemaAttribute? Find(string name)
    {
        foreach (SchemaAttribute a in Attributes)
            if (a.Name == name) return a;
        return null;
    }
}

/// <summary>An attribute of an operator: its type as a letter of OperatorSchemas.tsv, and whether it must be there.</summary>
internal sealed record SchemaAttribute(string Name, char Type, bool Required);

/// <summary>ONNX's operators of all opsets that are known, read from a table of facts.</summary>
internal static class OperatorSchemas
{
    /// <summary>The newest opset whose operators are known.</summary>
    public const long Newest = 24;

    /// <summary>The newest opset that the conformance tests cover.</summary>
    public const long Tested = 17;

    private static Dictionary<string, List<OperatorSchema>>? all;

    /// <summary>All forms of an operator, the oldest first; empty for an unknown one.</summary>
    public static IReadOnlyList<OperatorSchema> Forms(string domain, string name) => All().TryGetValue(Key(domain, name), out var forms) ? forms : [];

    /// <summary>The form of an operator that holds in an opset, or null.</summary>
    public static OperatorSchema? Find(string domain, string name, long opset)
    {
        OperatorSchema? found = null;
        foreach (OperatorSchema form in Forms(domain, name))
            if (form.Since <= opset) found = form;
        return found;
    }

    /// <summary>Names of the default domain's operators, in order.</summary>
    public static List<string> Names()
    {
        List<string> names = [];
        foreach (string key in All().Keys) names.Add(key);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    // The default domain has two spellings.
    private static string Key(string domain, string name) => domain is "" or "ai.onnx" ? name : domain + ":" + name;

    private static Dictionary<string, List<OperatorSchema>> All()
    {
        if (all is not null) return all;
        Dictionary<string, List<OperatorSchema>> table = new(StringComparer.Ordinal);
        using Stream stream = typeof(OperatorSchemas).Assembly.GetManifestResourceStream("OperatorSchemas.tsv")!;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            string[] parts = line.Split('\t');
            OperatorSchema form = new(parts[0], parts[1], Number(parts[2]), (int)Number(parts[3]), (int)Number(parts[4]), (int)Number(parts[5]), (int)Number(parts[6]), Attributes(parts[7]));
            string key = Key(form.Domain, form.Name);
            if (!table.TryGetValue(key, out var forms)) table[key] = forms = [];
            forms.Add(form);
        }
        return all = table;
    }

    private static SchemaAttribute[] Attributes(string text)
    {
        if (text.Length == 0) return [];
        string[] words = text.Split(' ');
        var list = new SchemaAttribute[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            int colon = words[i].IndexOf(':', StringComparison.Ordinal);
            list[i] = new SchemaAttribute(words[i][..colon], words[i][colon + 1], words[i].EndsWith('!'));
        }
        return list;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
