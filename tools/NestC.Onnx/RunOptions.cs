using System.Globalization;

namespace NestC.Onnx;

/// <summary>The command line of nest-run.</summary>
internal sealed class RunOptions
{
    public const string Usage = """
        usage: nest-run FILE(.onnx|.mlir|-) [--input F]... [--expect F]... [options]
          --input F          .npy, .npz, .pb (TensorProto), .png, or random: one for each argument, in order (an .npz may hold several)
          --expect F         expected results in order: exit code 1 and the worst elements where |x - y| > rtol |y| + atol-of-max max|y|
          --rtol R           relative tolerance (1e-3)
          --atol-of-max R    tolerance relative to the greatest expected magnitude (1e-4)
          --entry NAME       the function (the first public one)
          --output DIR       write results as DIR/output_N.npy
          --top N            print the N greatest elements of each row of each result
          --dataset F.npz    run on each of its images, compare with its labels, print the accuracy and what was said for the wrong ones
          --pixels SPEC      what is done to pictures (--input F.png, --dataset): scale=S,mean=M[/M/M],std=D[/D/D], as (pixel S - M) / D;
                             layout=nchw|nhwc. Without it pixels stay 0 to 255, N C H W
          --time             time of each operation, and their sums by kind
          --repeat N         run N times; --time tells of the fastest
          --seed-weights     give weights to a model that is topology only
          --dim NAME=EXTENT  fix a symbolic dimension of an ONNX model

        """;

    public string? Path { get; private set; }

    public string? Entry { get; private set; }

    public string? Folder { get; private set; }

    public string? Dataset { get; private set; }

    public List<string> Inputs { get; } = [];

    public List<string> Expected { get; } = [];

    public double Rtol { get; private set; } = 1e-3;

    public double AtolOfMax { get; private set; } = 1e-4;

    public int Top { get; private set; }

    public int Repeat { get; private set; } = 1;

    public bool Time { get; private set; }

    public bool Seeded { get; private set; }

    public bool Help { get; private set; }

    public PixelTransform Pixels { get; private set; } = new();

    public Dictionary<string, long> Dims { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads the command line; what is wrong with it, or null.</summary>
    public string? Take(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            switch (name)
            {
                case "--time": Time = true; continue;
                case "--seed-weights": Seeded = true; continue;
                case "--help": Help = true; continue;
            }
            if (!name.StartsWith("--", StringComparison.Ordinal))
            {
                if (Path is not null) return $"there are two files: '{Path}' and '{name}'";
                Path = name;
                continue;
            }
            int equals = name.IndexOf('=', StringComparison.Ordinal);
            string? value = equals < 0 ? null : name[(equals + 1)..];
            if (equals >= 0) name = name[..equals];
            if (Array.IndexOf(valued, name) < 0) return $"unknown command line argument '{name}'";
            if (value is null && i + 1 == arguments.Length) return $"{name} wants a value";
            value ??= arguments[++i];
            if (!Set(name, value)) return $"'{value}' is no value of {name}";
        }
        return Help || Path is not null ? null : "no file is named";
    }

    private static readonly string[] valued =
        ["--input", "--expect", "--rtol", "--atol-of-max", "--entry", "--output", "--top", "--dataset", "--pixels", "--repeat", "--dim"];

    private bool Set(string name, string value)
    {
        switch (name)
        {
            case "--input": Inputs.Add(value); return true;
            case "--expect": Expected.Add(value); return true;
            case "--entry": Entry = value; return true;
            case "--output": Folder = value; return true;
            case "--dataset": Dataset = value; return true;
            case "--dim": return TranslateTool.TryDim(value, Dims);
            case "--rtol": return Tolerance(value, out double rtol) && (Rtol = rtol) >= 0;
            case "--atol-of-max": return Tolerance(value, out double atol) && (AtolOfMax = atol) >= 0;
            case "--top": return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int top) && (Top = top) > 0;
            case "--repeat": return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int times) && (Repeat = times) > 0;
            case "--pixels":
                if (PixelTransform.Parse(value) is not { } pixels) return false;
                Pixels = pixels;
                return true;
            default: return false;
        }
    }

    private static bool Tolerance(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= 0;
}
