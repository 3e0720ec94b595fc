using System.Globalization;

namespace NestC.Tools.Run;

/// <summary>The command line of `nest-run --target npu`.</summary>
internal sealed class NpuRunOptions
{
    public const string Usage = """
        nest-run FILE --target npu [options]

        Runs the npu programs of FILE (IR, or a VTAPROG1 container) in the functional simulator with all checks. What the checker finds is
        reported with the instruction's index and the operation's place; an error gives exit code 1.

          --program=NAME        run this program alone
          --input=NAME=F.npy    set data of the program from a file; may be repeated
          --inputs=F.npz        set data by the names in an archive
          --seed=N              fill data without a value and without an input with seeded numbers (they are 0 otherwise)
          --output=F.npz        write the data that the run changed
          --print=NAME          print data as numbers, a line for each element; may be repeated
          --schedule-seed=N     step the modules in a random order
          --cycles              run the cycle model too: cycles, modules, and a table by layer with utilisation and roofline
          --trace=F             write the cycle model's timeline for Perfetto
          --device=NAME         the board of the cycle model: a sample's name or a JSON file
          --energy=F            a table of energies in JSON, for --cycles

        """;

    public readonly List<(string Name, string File)> Inputs = [];
    public readonly List<string> Archives = [];
    public readonly List<string> Prints = [];

    public string? File { get; private set; }

    public string? Program { get; private set; }

    public string? Output { get; private set; }

    public string? Trace { get; private set; }

    public string? Device { get; private set; }

    public string? Energy { get; private set; }

    public ulong? Seed { get; private set; }

    public ulong? ScheduleSeed { get; private set; }

    public bool Cycles { get; private set; }

    /// <summary>What is wrong with the command line, or null.</summary>
    public string? Take(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (argument == "--cycles")
            {
                Cycles = true;
                continue;
            }
            if (!argument.StartsWith('-') || argument == "-")
            {
                if (File is not null) return $"there are two inputs: '{File}' and '{argument}'";
                File = argument;
                continue;
            }
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            if (!Known(name)) return $"unknown command line argument '{name}'; try '--help'";
            if (equals < 0 && i + 1 == arguments.Length) return $"{name} wants a value";
            if (Set(name, equals < 0 ? arguments[++i] : argument[(equals + 1)..]) is { } wrong) return wrong;
        }
        return null;
    }

    private static bool Known(string name) => name is "--program" or "--input" or "--inputs" or "--seed" or "--output" or "--print" or "--schedule-seed"
        or "--trace" or "--device" or "--energy";

    private string? Set(string name, string value)
    {
        switch (name)
        {
            case "--program": Program = value; break;
            case "--inputs": Archives.Add(value); break;
            case "--output": Output = value; break;
            case "--print": Prints.Add(value); break;
            case "--trace": Trace = value; break;
            case "--device": Device = value; break;
            case "--energy": Energy = value; break;
            case "--input":
                int equals = value.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0) return $"--input takes NAME=FILE, not '{value}'";
                Inputs.Add((value[..equals], value[(equals + 1)..]));
                break;
            default:
                if (!ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)) return $"{name} takes a number, not '{value}'";
                if (name == "--seed") Seed = seed;
                else ScheduleSeed = seed;
                break;
        }
        return null;
    }
}
