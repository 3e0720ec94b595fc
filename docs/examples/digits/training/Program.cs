using System.Globalization;
using NestC.Examples.Digits;

// dotnet run -c Release --project docs/examples/digits/training [DIRECTORY]: draws the images and trains the network, in about a minute.
string directory = args.Length > 0 ? args[0] : "docs/examples/digits";
Training.WriteImages(directory);
DigitNetwork network = Training.Train(Console.Error);
File.WriteAllBytes(Path.Combine(directory, "digits.onnx"), OnnxFile.Write(network));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"accuracy: {Training.Accuracy(network, seed: 2, 384):F2} % on the first 384 test images, {Training.Accuracy(network, seed: 4, 9984):F2} % on 9984 others"));
