#!/usr/bin/env python3
"""Writes the ten worklists of samples/worklists: `/usr/bin/python3 tools/samples.py samples/worklists`.

Ten patients whom everybody knows, with every attribute of return type 1 and 2 (PS3.4 Table K.6-1) and, between them,
the cases that a worklist meets: several stations for one step, two steps in one procedure, names in Latin-1 and in
UTF-8, with ideographic and phonetic groups, both little endian encodings. The same bytes come out each time, so a test
compares them with what is committed.
"""
import sys
import uuid
from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

MODALITY_WORKLIST_FIND = '1.2.840.10008.5.1.4.31'

# A UID is 2.25 and a UUID as a decimal number (PS3.5 B.2), made from this and a name: the same each time.
SPACE = uuid.UUID('6f1f3f0e-6d77-4c5e-9d0a-4d574c000001')


def uid(name):
    return '2.25.%d' % uuid.uuid5(SPACE, name).int


def code(value, scheme, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def step(modality, stations, date, time, identifier, description, protocol, physician='', location='', names='',
         contrast='', medication='', status='SCHEDULED'):
    item = Dataset()
    item.Modality = modality
    item.RequestedContrastAgent = contrast
    item.ScheduledStationAETitle = stations
    item.ScheduledProcedureStepStartDate = date
    item.ScheduledProcedureStepStartTime = time
    item.ScheduledPerformingPhysicianName = physician
    item.ScheduledProcedureStepDescription = description
    item.ScheduledProtocolCodeSequence = Sequence([code(*protocol)])
    item.ScheduledProcedureStepID = identifier
    item.ScheduledStationName = names
    item.ScheduledProcedureStepLocation = location
    item.PreMedication = medication
    item.ScheduledProcedureStepStatus = status
    return item


# file, character set, encoding, patient, order, steps
SAMPLES = [
    ('bach-ct', 'ISO_IR 100', ExplicitVRLittleEndian,
     dict(PatientName='Bach^Johann Sebastian', PatientID='MWL-1685', PatientBirthDate='16850331', PatientSex='M',
          PatientWeight='94', MedicalAlerts='Cataract, both eyes'),
     dict(AccessionNumber='A26-0001', RequestedProcedureID='RP-0001', RequestedProcedureDescription='CT of the head',
          procedure=('CTHEAD', '99MWL', 'CT of the head'), ReferringPhysicianName='Taylor^John^^Dr.',
          RequestingPhysician='Taylor^John^^Dr.', CurrentPatientLocation='Ward 3'),
     [step('CT', 'CT1', '20261201', '083000', 'SPS-0001', 'CT head without contrast',
           ('CTHEADNAT', '99MWL', 'CT head, native'), 'Roentgen^Wilhelm', 'Room 1', 'CT-ROOM-1')]),

    ('haendel-ct', 'ISO_IR 100', ExplicitVRLittleEndian,
     dict(PatientName='Händel^Georg Friedrich', PatientID='MWL-1685-2', PatientBirthDate='16850223', PatientSex='M',
          PatientWeight='112.5', Allergies='Iodine'),
     dict(AccessionNumber='A26-0002', RequestedProcedureID='RP-0002', RequestedProcedureDescription='CT of the chest',
          procedure=('CTCHEST', '99MWL', 'CT of the chest'), ReferringPhysicianName='Gümbel^Hans^^Dr.',
          RequestingPhysician='Gümbel^Hans^^Dr.', CurrentPatientLocation='Ward 3',
          RequestedProcedurePriority='HIGH'),
     [step('CT', ['CT1', 'CT2'], '20261201', '094500', 'SPS-0002', 'CT chest with contrast',
           ('CTCHESTKM', '99MWL', 'CT chest, contrast'), 'Roentgen^Wilhelm', 'Room 1', ['CT-ROOM-1', 'CT-ROOM-2'],
           contrast='Iohexol')]),

    ('mozart-mr', 'ISO_IR 100', ExplicitVRLittleEndian,
     dict(PatientName='Mozart^Wolfgang Amadeus', PatientID='MWL-1756', PatientBirthDate='17560127', PatientSex='M',
          PatientWeight='58'),
     dict(AccessionNumber='A26-0003', RequestedProcedureID='RP-0003', RequestedProcedureDescription='MR of the kidneys',
          procedure=('MRKIDNEY', '99MWL', 'MR of the kidneys'), ReferringPhysicianName='Closset^Thomas^^Dr.',
          RequestingPhysician='Closset^Thomas^^Dr.'),
     [step('MR', 'MR1', '20261201', '101500', 'SPS-0003', 'MR kidneys', ('MRKIDNEY1', '99MWL', 'MR kidneys, native'),
           'Bloch^Felix', 'Room 4', 'MR-ROOM-4')]),

    ('schumann-us', 'ISO_IR 100', ImplicitVRLittleEndian,
     dict(PatientName='Schumann^Clara', PatientID='MWL-1819', PatientBirthDate='18190913', PatientSex='F',
          PatientWeight='61', PregnancyStatus=3),
     dict(AccessionNumber='A26-0004', RequestedProcedureID='RP-0004',
          RequestedProcedureDescription='Ultrasound, obstetric', procedure=('USOB', '99MWL', 'Ultrasound, obstetric'),
          ReferringPhysicianName='Wieck^Marianne^^Dr.', RequestingPhysician='Wieck^Marianne^^Dr.'),
     [step('US', ['US1', 'US2', 'US_WARD'], '20261202', '110000', 'SPS-0004', 'Obstetric ultrasound, third trimester',
           ('USOB3', '99MWL', 'Obstetric, third trimester'), 'Donald^Ian', 'Ward 5')]),

    ('dvorak-dx', 'ISO_IR 192', ExplicitVRLittleEndian,
     dict(PatientName='Dvořák^Antonín Leopold', PatientID='MWL-1841', PatientBirthDate='18410908', PatientSex='M',
          PatientWeight='83'),
     dict(AccessionNumber='A26-0005', RequestedProcedureID='RP-0005', RequestedProcedureDescription='Hand, two views',
          procedure=('DXHAND', '99MWL', 'Hand, two views'), ReferringPhysicianName='Janáček^Leoš^^Dr.',
          RequestingPhysician='Janáček^Leoš^^Dr.'),
     [step('DX', 'DX1', '20261202', '133000', 'SPS-0005', 'Right hand, two views',
           ('DXHANDR', '99MWL', 'Right hand, two views'), 'Curie^Marie', 'Room 7', 'DX-ROOM-7')]),

    ('boulanger-mg', 'ISO_IR 100', ExplicitVRLittleEndian,
     dict(PatientName='Boulanger^Nadia', PatientID='MWL-1887', PatientBirthDate='18870916', PatientSex='F'),
     dict(AccessionNumber='A26-0006', RequestedProcedureID='RP-0006', RequestedProcedureDescription='Mammography',
          procedure=('MGSCREEN', '99MWL', 'Mammography, screening'), ReferringPhysicianName='Fauré^Gabriel^^Dr.',
          RequestingPhysician='Fauré^Gabriel^^Dr.'),
     [step('MG', 'MG1', '20261203', '090000', 'SPS-0006', 'Screening, both breasts, two views',
           ('MGSCR4', '99MWL', 'Screening, four images'), 'Salomon^Albert', 'Room 9', 'MG-ROOM-9')]),

    ('beethoven-petct', 'ISO_IR 100', ExplicitVRLittleEndian,
     dict(PatientName='Beethoven^Ludwig^van', PatientID='MWL-1770', PatientBirthDate='17701216', PatientSex='M',
          PatientWeight='72', SpecialNeeds='Deaf: speak in writing'),
     dict(AccessionNumber='A26-0007', RequestedProcedureID='RP-0007',
          RequestedProcedureDescription='PET/CT of the whole body', procedure=('PETCTWB', '99MWL', 'PET/CT, whole body'),
          ReferringPhysicianName='Malfatti^Johann^^Dr.', RequestingPhysician='Malfatti^Johann^^Dr.',
          AdmissionID='ADM-1827', CurrentPatientLocation='Ward 9'),
     [step('CT', 'PETCT1', '20261203', '140000', 'SPS-0007', 'CT, low dose',
           ('CTLOW', '99MWL', 'CT for attenuation correction'), 'Hounsfield^Godfrey', 'Room 12', 'PETCT-12'),
      step('PT', 'PETCT1', '20261203', '142000', 'SPS-0008', 'PET, FDG', ('PTFDG', '99MWL', 'PET with FDG'),
           'Phelps^Michael', 'Room 12', 'PETCT-12', medication='FDG 300 MBq, one hour before')]),

    ('chopin-cr', 'ISO_IR 100', ImplicitVRLittleEndian,
     dict(PatientName='Chopin^Frédéric', PatientID='MWL-1810', PatientBirthDate='18100301', PatientSex='M',
          PatientWeight='45', MedicalAlerts='Airborne precautions'),
     dict(AccessionNumber='A26-0008', RequestedProcedureID='RP-0009', RequestedProcedureDescription='Chest, two views',
          procedure=('CRCHEST', '99MWL', 'Chest, two views'), ReferringPhysicianName='Cruveilhier^Jean^^Dr.',
          RequestingPhysician='Cruveilhier^Jean^^Dr.', PatientState='Isolation',
          PatientTransportArrangements='Mask, by wheelchair'),
     [step('CR', ['CR1', 'CR_MOBILE'], '20261204', '080000', 'SPS-0009', 'Chest PA and lateral',
           ('CRCHEST2', '99MWL', 'Chest PA and lateral'), 'Curie^Marie')]),

    ('smyth-xa', 'ISO_IR 100', ExplicitVRLittleEndian,
     dict(PatientName='Smyth^Ethel^^Dame', PatientID='MWL-1858', PatientBirthDate='18580422', PatientSex='F',
          PatientWeight='66'),
     dict(AccessionNumber='A26-0009', RequestedProcedureID='RP-0010',
          RequestedProcedureDescription='Coronary angiography', procedure=('XACOR', '99MWL', 'Coronary angiography'),
          ReferringPhysicianName='Anderson^Elizabeth^^Dr.', RequestingPhysician='Anderson^Elizabeth^^Dr.',
          AdmissionID='ADM-1944', CurrentPatientLocation='Cardiology'),
     [step('XA', 'XA1', '20261207', '073000', 'SPS-0010', 'Coronary angiography', ('XACOR1', '99MWL', 'Left heart'),
           'Forssmann^Werner', 'Catheter lab', 'CATHLAB-1', contrast='Iodixanol', medication='Aspirin')]),

    ('taki-us', 'ISO_IR 192', ExplicitVRLittleEndian,
     dict(PatientName='Taki^Rentaro=瀧^廉太郎=たき^れんたろう', PatientID='MWL-1879', PatientBirthDate='18790824',
          PatientSex='M', PatientWeight='52'),
     dict(AccessionNumber='A26-0010', RequestedProcedureID='RP-0011', RequestedProcedureDescription='Ultrasound, abdomen',
          procedure=('USABD', '99MWL', 'Ultrasound, abdomen'), ReferringPhysicianName='Kōda^Nobu^^Dr.',
          RequestingPhysician='Kōda^Nobu^^Dr.'),
     [step('US', 'US1', '20270111', '160000', 'SPS-0011', 'Ultrasound of the abdomen',
           ('USABD1', '99MWL', 'Abdomen, complete'), 'Donald^Ian', 'Room 5', 'US-ROOM-5')]),
]


def worklist(charset, patient, order, steps):
    entry = Dataset()
    entry.SpecificCharacterSet = charset
    # type 2: there, even if empty
    for keyword in ('AccessionNumber', 'ReferringPhysicianName', 'PatientWeight', 'MedicalAlerts', 'Allergies',
                    'PregnancyStatus', 'RequestingPhysician', 'AdmissionID', 'SpecialNeeds', 'CurrentPatientLocation',
                    'PatientState', 'RequestedProcedurePriority', 'PatientTransportArrangements',
                    'ConfidentialityConstraintOnPatientDataDescription'):
        setattr(entry, keyword, None if keyword in ('PatientWeight', 'PregnancyStatus') else '')
    entry.ReferencedStudySequence = Sequence()
    entry.ReferencedPatientSequence = Sequence()
    entry.RequestedProcedurePriority = 'ROUTINE'
    for keyword, value in (patient | order).items():
        if keyword == 'procedure':
            entry.RequestedProcedureCodeSequence = Sequence([code(*value)])
        else:
            setattr(entry, keyword, value)
    entry.StudyInstanceUID = uid('study ' + order['AccessionNumber'])
    entry.ScheduledProcedureStepSequence = Sequence(steps)
    return entry


def write(path, syntax, entry):
    entry.file_meta = FileMetaDataset()
    entry.file_meta.MediaStorageSOPClassUID = MODALITY_WORKLIST_FIND
    entry.file_meta.MediaStorageSOPInstanceUID = uid('file ' + path.name)
    entry.file_meta.TransferSyntaxUID = syntax
    entry.file_meta.ImplementationClassUID = uid('tools/samples.py')
    entry.file_meta.ImplementationVersionName = 'MWL_SAMPLES'
    entry.is_little_endian = True
    entry.is_implicit_VR = syntax == ImplicitVRLittleEndian
    entry.save_as(path, write_like_original=False)


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, charset, syntax, patient, order, steps in SAMPLES:
        write(folder / (name + '.wl'), syntax, worklist(charset, patient, order, steps))


if __name__ == '__main__':
    main(*sys.argv[1:])
