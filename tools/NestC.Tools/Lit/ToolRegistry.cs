namespace NestC.Tools.Lit;

/// <summary>A tool that runs inside this process: exit code from arguments, standard streams and working directory.</summary>
public delegate int ToolEntry(string[] args, Stream stdin, Stream stdout, Stream stderr, string workingDirectory);

/// <summary>Finds the tools that run inside this process; other names are started as processes.</summary>
public interface IToolHost
{
    /// <summary>The tool of a name, or null.</summary>
    ToolEntry? Find(string name);
}

/// <summary>A list of tools by name.</summary>
public sealed class ToolRegistry : IToolHost
{
    private readonly Dictionary<string, ToolEntry> _tools = new(StringComparer.Ordinal);

    /// <summary>A registry with the tools of this repository and `FileCheck`.</summary>
    public static ToolRegistry CreateDefault()
    {
        var registry = new ToolRegistry();
        registry.Add("nest-opt", static (args, stdin, stdout, stderr, _) => new OptTool(Registry.RegisterDialects).Run(args, stdin, stdout, stderr));
        registry.Add("nest-reduce", static (args, stdin, stdout, stderr, _) => new ReduceTool(Registry.RegisterDialects).Run(args, stdin, stdout, stderr));
        registry.Add("nest-translate", static (args, stdin, stdout, stderr, _) => ToolEntries.Translate(args, stdin, stdout, stderr));
        registry.Add("nest-run", static (args, stdin, stdout, stderr, _) => ToolEntries.Run(args, stdin, stdout, stderr));
        registry.Add("FileCheck", static (args, stdin, stdout, stderr, folder) =>
            FileCheck.FileCheckCommand.Run(args, stdin, stdout, stderr, folder, ToolEnvironment.Get("FILECHECK_OPTS")));
        registry.Add("nest-check", static (args, stdin, stdout, stderr, folder) =>
            FileCheck.NestCheckCommand.Run(args, stdin, stdout, stderr, folder));
        registry.Add("nest-lit", static (args, stdin, stdout, stderr, folder) =>
        {
            using var output = new StreamWriter(stdout, leaveOpen: true);
            using var error = new StreamWriter(stderr, leaveOpen: true);
            return LitCommand.Run(args, CreateDefault(), output, error, folder, ToolEnvironment.Get("LIT_OPTS"));
        });
        return registry;
    }

    /// <summary>Adds or replaces a tool.</summary>
    public void Add(string name, ToolEntry tool) => _tools[name] = tool;

    public ToolEntry? Find(string name) => _tools.GetValueOrDefault(name);
}

/// <summary>The environment that a tool inside this process sees: a test's own settings above those of the process.</summary>
public static class ToolEnvironment
{
    [ThreadStatic] private static IReadOnlyDictionary<string, string?>? s_overlay;

    /// <summary>The value of a variable, or null.</summary>
    public static string? Get(string name) =>
        s_overlay != null && s_overlay.TryGetValue(name, out string? value) ? value : Environment.GetEnvironmentVariable(name);

    internal static void Set(IReadOnlyDictionary<string, string?>? overlay) => s_overlay = overlay;
}
