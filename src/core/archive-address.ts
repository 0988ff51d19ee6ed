/** Whether a place is an archive that speaks DICOMweb, and no folder: `dicomweb+https://pacs.example.org/dicom-web?PatientID=7`. */
export const isArchive = (place: string) => /^dicomweb\+/i.test(place);
