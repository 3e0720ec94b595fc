using System.Text.Json;

namespace NestC.Tools.Lit;

/// <summary>What a folder of tests says about itself in `nest-lit.json`, which `lit.cfg.py` reads too.</summary>
public sealed class LitConfig
{
    /// <summary>Name of the file that marks the top folder of a suite.</summary>
    public const string FileName = "nest-lit.json";

    /// <summary>The suite's name in reports.</summary>
    public string Name { get; set; } = "Tests";

    /// <summary>The top folder of the tests.</summary>
    public required string SourceRoot { get; init; }

    /// <summary>Where %t and %T lie: the tree of the tests is mirrored here.</summary>
    public required string OutputRoot { get; init; }

    /// <summary>Ends of the names of test files.</summary>
    public List<string> Suffixes { get; } = [];

    /// <summary>Names of files and folders that hold no tests.</summary>
    public List<string> Excludes { get; } = [];

    /// <summary>Features for REQUIRES, UNSUPPORTED and XFAIL.</summary>
    public SortedSet<string> Features { get; } = new(StringComparer.Ordinal);

    /// <summary>Substitutions, with the `%` in the key.</summary>
    public SortedDictionary<string, string> Substitutions { get; } = new(StringComparer.Ordinal);

    /// <summary>Loads the configuration of a folder or of the nearest folder above it; without one, every .mlir and .test file is a test.</summary>
    public static LitConfig Load(string path, string outputRoot)
    {
        string folder = Directory.Exists(path) ? Path.GetFullPath(path) : Path.GetDirectoryName(Path.GetFullPath(path))!;
        string? root = folder;
        while (root != null && !File.Exists(Path.Combine(root, FileName))) root = Path.GetDirectoryName(root);
        var config = new LitConfig { SourceRoot = root ?? folder, OutputRoot = Path.GetFullPath(outputRoot) };
        if (root != null) config.Read(Path.Combine(root, FileName));
        if (config.Suffixes.Count == 0) config.Suffixes.AddRange([".mlir", ".test"]);
        config.Features.Add(OperatingSystem.IsWindows() ? "system-windows" : OperatingSystem.IsMacOS() ? "system-darwin" : "system-linux");
        return config;
    }

    private void Read(string file)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(file));
        }
        catch (JsonException e)
        {
            throw new FormatException($"{file}: {e.Message}");
        }
        using (document)
        {
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "name": Name = property.Value.GetString() ?? Name; break;
                    case "suffixes": Fill(property.Value, Suffixes); break;
                    case "excludes": Fill(property.Value, Excludes); break;
                    case "features": Fill(property.Value, Features); break;
                    case "substitutions":
                        foreach (JsonProperty pair in property.Value.EnumerateObject()) Substitutions[pair.Name] = pair.Value.GetString() ?? "";
                        break;
                    default: throw new FormatException($"{file}: unknown property '{property.Name}'");
                }
            }
        }
    }

    private static void Fill(JsonElement array, ICollection<string> target)
    {
        foreach (JsonElement item in array.EnumerateArray()) target.Add(item.GetString() ?? "");
    }
}
